using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace FederatedIdentity.Server.Telemetry.Prometheus;

/// <summary>Compares tags as they come with a measurement, without copying them.</summary>
internal sealed class TagComparer : IEqualityComparer<Tag[]>, IAlternateEqualityComparer<ReadOnlySpan<Tag>, Tag[]>
{
    public static readonly TagComparer Instance = new();

    public Tag[] Create(ReadOnlySpan<Tag> alternate) => alternate.ToArray();

    public bool Equals(Tag[]? x, Tag[]? y) => x is null ? y is null : y is not null && Equals(x.AsSpan(), y);

    public int GetHashCode(Tag[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<Tag> alternate, Tag[] other)
    {
        if (alternate.Length != other.Length)
        {
            return false;
        }

        for (var place = 0; place < other.Length; place++)
        {
            if (!string.Equals(alternate[place].Key, other[place].Key, StringComparison.Ordinal)
                || !Equals(alternate[place].Value, other[place].Value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Of the values alone: the names of one instrument's tags are nearly always the same.</summary>
    public int GetHashCode(ReadOnlySpan<Tag> alternate)
    {
        var hash = alternate.Length;
        foreach (var tag in alternate)
        {
            hash = (hash * 31) + (tag.Value?.GetHashCode() ?? 0);
        }

        return hash;
    }
}
