namespace FederatedIdentity.Domain.Keys;

/// <summary>
/// What decides about a signing key: where it stands in its life, <paramref name="State"/> being one of <see cref="SigningKeyState"/>,
/// and since when. Every time is the database's, so that no replica's clock matters.
/// </summary>
public sealed record SigningKeyLife(
    string Kid,
    int Number,
    string Algorithm,
    string State,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ActivatedAt,
    DateTimeOffset? RetiredAt)
{
    /// <summary>
    /// How long a retired key stays published: the 24 hours that a token lives at most, and two hours for a clock that is fast, and for
    /// replicas that sign for a moment before they notice.
    /// </summary>
    public static readonly TimeSpan Retention = TimeSpan.FromHours(26);

    /// <summary>Of a next key: whether somebody ordered that it sign as soon as it may.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>When no unexpired token needs the key any more; null before it is retired.</summary>
    public DateTimeOffset? RemovableAt => RetiredAt + Retention;

    /// <summary>Since when it signs.</summary>
    public DateTimeOffset SignsSince => ActivatedAt ?? CreatedAt;
}
