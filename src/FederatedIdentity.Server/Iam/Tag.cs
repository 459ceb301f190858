namespace FederatedIdentity.Server.Iam;

/// <summary>A tag of an IAM resource.</summary>
internal sealed record Tag(string? Key, string? Value) : IWireShape, IXmlOutput
{
    public static Tag Read(QueryForm form) => new(form["Key"], form["Value"]);

    /// <summary>In the order of their keys.</summary>
    public static IEnumerable<Tag> List(IReadOnlyDictionary<string, string> tags) =>
        tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => new Tag(tag.Key, tag.Value));

    /// <summary>The same, and null for none: where AWS shows tags beside other things it leaves an empty list out.</summary>
    public static IReadOnlyList<Tag>? SomeOf(IReadOnlyDictionary<string, string> tags) => tags.Count == 0 ? null : [.. List(tags)];

    /// <summary>For policies. Of a key that is there twice, which no action accepts, the last value.</summary>
    public static IReadOnlyDictionary<string, string?>? InRequest(IReadOnlyList<Tag?>? tags)
    {
        if (tags is null)
        {
            return null;
        }

        var map = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var tag in tags)
        {
            map[tag!.Key!] = tag.Value;
        }

        return map;
    }

    public void Check(Constraints on) => on
        .String("key", Key, IamShapes.TagKeyType, required: true)
        .String("value", Value, IamShapes.TagValueType, required: true);

    public void WriteTo(XmlAnswer xml) => xml.Text("Key", Key).Text("Value", Value);
}

/// <summary>What every action answers that lists the tags of something.</summary>
internal sealed record TagPage(IReadOnlyList<Tag> Tags, string? Marker) : IXmlOutput
{
    public bool IsTruncated => Marker is not null;

    public void WriteTo(XmlAnswer xml) => xml.List("Tags", Tags).Flag("IsTruncated", IsTruncated).Text("Marker", Marker);
}
