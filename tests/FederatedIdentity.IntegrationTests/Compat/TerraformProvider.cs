using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using FederatedIdentity.IntegrationTests.Iam;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>What the provider keeps of an <c>aws_iam_role</c>; policies are decoded.</summary>
internal sealed record TerraformRole(
    string Arn, string UniqueId, string Path, string? Description, string MaxSessionDuration, string AssumeRolePolicy,
    IReadOnlyDictionary<string, string> InlinePolicies, IReadOnlyDictionary<string, string> Tags);

/// <summary>What the provider keeps of an <c>aws_iam_openid_connect_provider</c>.</summary>
internal sealed record TerraformOidcProvider(
    string Url, string[] ClientIds, string[] Thumbprints, IReadOnlyDictionary<string, string> Tags);

/// <summary>
/// The calls that hashicorp/terraform-provider-aws makes for our resources, in its order, and what it reads from the answers and
/// accepts as errors (internal/service/iam and internal/service/cognitoidentity).
/// </summary>
internal sealed class TerraformProvider(TestAccount account)
{
    /// <summary>GetRole, ListRolePolicies, GetRolePolicy for each, ListAttachedRolePolicies. Null is "removing from state".</summary>
    public async Task<TerraformRole?> ReadRoleAsync(string name)
    {
        if (await GetAsync("GetRole", ("RoleName", name)) is not { } role)
        {
            return null;
        }

        // The provider waits up to a minute for an ARN that is none yet, and parses the date.
        Assert.StartsWith($"arn:aws:iam::{account.Id}:role/", role.Value("Arn"), StringComparison.Ordinal);
        Assert.Equal(name, role.Value("RoleName"));
        DateTime.ParseExact(role.Value("CreateDate")!, "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        Assert.Null(role.Value("PermissionsBoundary"));
        var inline = new Dictionary<string, string>();
        foreach (var policy in await ListAsync("ListRolePolicies", "PolicyNames", name))
        {
            inline[policy] = (await ReadRolePolicyAsync(name, policy))!;
        }

        Assert.Empty(await ListAsync("ListAttachedRolePolicies", "AttachedPolicies", name));
        return new TerraformRole(
            role.Value("Arn")!, role.Value("RoleId")!, role.Value("Path")!, role.Value("Description"), role.Value("MaxSessionDuration")!,
            QueryUnescape(role.Value("AssumeRolePolicyDocument")!), inline, role.Tags());
    }

    /// <summary>The document of an <c>aws_iam_role_policy</c>, decoded; null when it or its role is gone.</summary>
    public async Task<string?> ReadRolePolicyAsync(string role, string name)
    {
        if (await GetAsync("GetRolePolicy", ("RoleName", role), ("PolicyName", name)) is not { } policy)
        {
            return null;
        }

        Assert.Equal((role, name), (policy.Value("RoleName"), policy.Value("PolicyName")));
        return QueryUnescape(policy.Value("PolicyDocument")!);
    }

    public async Task<TerraformOidcProvider?> ReadOidcProviderAsync(string arn) =>
        await GetAsync("GetOpenIDConnectProvider", ("OpenIDConnectProviderArn", arn)) is { } provider
            ? new(provider.Value("Url")!, provider.List("ClientIDList"), provider.List("ThumbprintList"), provider.Tags())
            : null;

    /// <summary>DescribeIdentityPool, GetIdentityPoolRoles or GetPrincipalTagAttributeMap; null when the pool is gone.</summary>
    public async Task<JsonNode?> ReadPoolAsync(string operation, object input)
    {
        var answer = await account.Pools.CallAsync(operation, input);
        Assert.True(answer.Ok || answer.Error == "ResourceNotFoundException", answer.Text);
        return answer.Ok ? answer.Body : null;
    }

    /// <summary>What has to work: a create, an update, a removal of tags.</summary>
    public Task<QueryAnswer> IamAsync(string action, params (string, string)[] parameters) => account.Iam.OkAsync(action, parameters);

    public async Task<JsonNode?> PoolAsync(string operation, object input)
    {
        var answer = await account.Pools.CallAsync(operation, input);
        Assert.True(answer.Ok, $"{operation}: {answer.Text}");
        return answer.Text.Length == 0 ? null : answer.Body;
    }

    /// <summary>Tags as both SDKs and the provider change them: first the removals, then the rest.</summary>
    public async Task ChangeRoleTagsAsync(string name, string[] removed, (string Key, string Value)[] updated)
    {
        await IamAsync("UntagRole", [("RoleName", name), .. removed.Select((key, index) => ($"TagKeys.member.{index + 1}", key))]);
        await IamAsync("TagRole", [("RoleName", name), .. IamCalls.TagParameters(updated)]);
    }

    /// <summary>ListInstanceProfilesForRole, ListRolePolicies with a removal of each, DeleteRole. Of a role that is gone, all is well.</summary>
    public async Task DeleteRoleAsync(string name)
    {
        Assert.Empty(await ListAsync("ListInstanceProfilesForRole", "InstanceProfiles", name));
        Assert.Empty(await ListAsync("ListAttachedRolePolicies", "AttachedPolicies", name));
        foreach (var policy in await ListAsync("ListRolePolicies", "PolicyNames", name))
        {
            await DeleteAsync("DeleteRolePolicy", ("RoleName", name), ("PolicyName", policy));
        }

        await DeleteAsync("DeleteRole", ("RoleName", name));
    }

    /// <summary>A removal: what is not there is not an error, and anything else is.</summary>
    public async Task DeleteAsync(string action, params (string, string)[] parameters)
    {
        var answer = await account.Iam.CallAsync(action, parameters);
        Assert.True(answer.Ok || answer is { Status: 404, Error: "NoSuchEntity" }, $"{action}: {answer.Text}");
    }

    private async Task<QueryAnswer?> GetAsync(string action, params (string, string)[] parameters)
    {
        var answer = await account.Iam.CallAsync(action, parameters);
        Assert.True(answer.Ok || answer is { Status: 404, Error: "NoSuchEntity" }, $"{action}: {answer.Text}");
        return answer.Ok ? answer : null;
    }

    /// <summary>All pages; an empty list is an element without children, and ends.</summary>
    private async Task<string[]> ListAsync(string action, string list, string role)
    {
        var found = new List<string>();
        string? marker = null;
        do
        {
            (string, string)[] page = marker is null ? [("RoleName", role)] : [("RoleName", role), ("Marker", marker)];
            if (await GetAsync(action, page) is not { } answer)
            {
                return [];
            }

            found.AddRange(answer.List(list));
            marker = answer.Value("IsTruncated") == "true" ? answer.Value("Marker") : null;
        }
        while (marker is not null);
        return [.. found];
    }

    /// <summary>As Go's url.QueryUnescape: a plus is a space, so a plus that is meant has to be encoded.</summary>
    private static string QueryUnescape(string text) => WebUtility.UrlDecode(text);
}
