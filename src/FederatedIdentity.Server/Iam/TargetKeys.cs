namespace FederatedIdentity.Server.Iam;

/// <summary>The condition keys of what a call acts on: the tags that it has, and those that the call brings.</summary>
internal static class TargetKeys
{
    public static void AddTo(Dictionary<string, IReadOnlyList<string>> keys, IReadOnlyDictionary<string, string> tags, ActedOn target)
    {
        foreach (var (key, value) in tags)
        {
            keys[$"aws:ResourceTag/{key}"] = [value];
        }

        foreach (var (key, value) in target.RequestTags ?? new Dictionary<string, string?>())
        {
            keys[$"aws:RequestTag/{key}"] = [value ?? ""];
        }

        string[] tagKeys = [.. (target.TagKeys ?? []).OfType<string>(), .. target.RequestTags?.Keys ?? []];
        if (tagKeys.Length > 0)
        {
            keys["aws:TagKeys"] = tagKeys;
        }
    }
}
