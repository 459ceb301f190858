using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Storage.Postgres.Tables;

namespace FederatedIdentity.Server.Operations;

/// <summary>What AWS demands of the tags of a resource beyond their lengths.</summary>
internal static class TagRules
{
    public const int MaxTags = 50;

    /// <summary>STS takes keys of principal tags that differ in case only for the same key.</summary>
    public static readonly ApiError SamePrincipalTag = ApiError.InvalidParameter("Tag keys must differ in more than upper and lower case.");

    public static bool HasSamePrincipalTags(IReadOnlyCollection<string> keys) =>
        keys.Distinct(StringComparer.OrdinalIgnoreCase).Count() < keys.Count;

    /// <summary>Null when the tags may be stored as the whole set of a resource.</summary>
    public static ApiError? Objection(IReadOnlyDictionary<string, string?>? tags)
    {
        if (tags is null)
        {
            return null;
        }

        if (tags.Count > MaxTags)
        {
            return ApiError.InvalidParameter($"A maximum of {MaxTags} tags is allowed per resource.");
        }

        foreach (var (key, value) in tags)
        {
            if (key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase))
            {
                return ApiError.InvalidParameter("Tag keys that start with aws: are reserved for system use.");
            }

            if (!PrincipalTags.IsTagText(key) || !PrincipalTags.IsTagText(value!))
            {
                return ApiError.InvalidParameter("Tags may hold letters, digits, spaces and _ . : / = + - @ only.");
            }
        }

        return null;
    }

    /// <summary>Null when all of these that are settings of a pool may be set.</summary>
    public static ApiError? ObjectionToSettings(IEnumerable<KeyValuePair<string, string?>>? tags) =>
        tags?.Select(tag => SettingTags.Objection(tag.Key, tag.Value!)).FirstOrDefault(sentence => sentence is not null) is { } objection
            ? ApiError.InvalidParameter(objection)
            : null;

    /// <summary>Makes a pool's tags these, touching only what differs.</summary>
    public static void Replace(IdentityPoolRow pool, IReadOnlyDictionary<string, string?> tags)
    {
        foreach (var gone in pool.Tags.Where(tag => !tags.ContainsKey(tag.Key)).ToArray())
        {
            pool.Tags.Remove(gone);
        }

        foreach (var (key, value) in tags)
        {
            if (pool.Tags.SingleOrDefault(tag => tag.Key == key) is { } present)
            {
                present.Value = value!;
            }
            else
            {
                pool.Tags.Add(new IdentityPoolTagRow { PoolId = pool.Id, Key = key, Value = value! });
            }
        }
    }
}
