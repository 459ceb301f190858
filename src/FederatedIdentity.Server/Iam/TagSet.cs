namespace FederatedIdentity.Server.Iam;

/// <summary>
/// What IAM makes of the tags of a resource: at most fifty, none of AWS's own. Keys of roles and users are the same when they differ in
/// case only, and a later one replaces the earlier; keys of providers are told apart by case.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html</remarks>
internal sealed class TagSet(StringComparer keys, string kind)
{
    public static readonly TagSet OfRole = new(StringComparer.OrdinalIgnoreCase, "Role");
    public static readonly TagSet OfUser = new(StringComparer.OrdinalIgnoreCase, "User");
    public static readonly TagSet OfOpenIdConnectProvider = new(StringComparer.Ordinal, "OpenIdConnectProvider");
    public static readonly TagSet OfSamlProvider = new(StringComparer.Ordinal, "SamlProvider");

    private const int MostTags = 50;

    /// <summary>The whole set after <paramref name="added"/> came to <paramref name="present"/>.</summary>
    public Outcome<Dictionary<string, string>> With(IReadOnlyDictionary<string, string> present, IReadOnlyList<Tag?>? added)
    {
        var tags = new Dictionary<string, string>(present, keys);
        var seen = new HashSet<string>(keys);
        foreach (var tag in added ?? [])
        {
            if (tag!.Key!.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                return QueryErrors.InvalidInput("Tag keys that start with aws: are reserved for system use.");
            }

            if (!seen.Add(tag.Key))
            {
                return QueryErrors.InvalidInput("Duplicate tag keys found.");
            }

            tags.Remove(tag.Key); // The new key counts with its case.
            tags[tag.Key] = tag.Value!;
        }

        return tags.Count > MostTags ? IamErrors.OverQuota($"TagsPer{kind}", MostTags) : tags;
    }

    public Outcome<Dictionary<string, string>> OfNew(IReadOnlyList<Tag?>? tags) => With(new Dictionary<string, string>(), tags);

    /// <summary>A key that is not there is no error.</summary>
    public Dictionary<string, string> Without(IReadOnlyDictionary<string, string> present, IReadOnlyList<string?> removed)
    {
        var tags = new Dictionary<string, string>(present, keys);
        foreach (var key in removed)
        {
            tags.Remove(key!);
        }

        return tags;
    }
}
