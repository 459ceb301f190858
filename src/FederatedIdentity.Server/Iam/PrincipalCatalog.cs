using System.Collections.Concurrent;
using System.Text.Json;
using FederatedIdentity.Domain.Policies;
using FederatedIdentity.Storage.Postgres;

namespace FederatedIdentity.Server.Iam;

/// <summary>A role whose policies are ready to decide. Durations are in seconds.</summary>
internal sealed record Role(
    string Id,
    string Path,
    PolicyDocument TrustPolicy,
    int MaxSessionDuration,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<PolicyDocument> Policies);

/// <summary>A user whose policies are ready to decide.</summary>
internal sealed record User(
    string Id, string Path, IReadOnlyDictionary<string, string> Tags, IReadOnlyList<PolicyDocument> Policies);

/// <summary>
/// Roles and users with their policies, remembered for one second: what an administrator takes away is gone within that, on every
/// replica. Those that do not exist are not remembered.
/// </summary>
internal sealed class PrincipalCatalog(NpgsqlPrincipals store, TimeProvider clock)
{
    private const int MostRemembered = 4096;
    private static readonly TimeSpan MaximumAge = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Account, string Name), Remembered<StoredRole, Role>> _roles = new();
    private readonly ConcurrentDictionary<(string Account, string Name), Remembered<StoredUserPolicies, User>> _users = new();

    /// <summary>Null when the account has no such role.</summary>
    public ValueTask<Role?> FindRoleAsync(string accountId, string name, CancellationToken ct) =>
        FindAsync(_roles, (accountId, name), store.FindRoleAsync, IsSame, Compile, ct);

    /// <summary>Null when the account has no such user.</summary>
    public ValueTask<User?> FindUserAsync(string accountId, string name, CancellationToken ct) =>
        FindAsync(_users, (accountId, name), store.FindUserAsync, IsSame, Compile, ct);

    private async ValueTask<TReady?> FindAsync<TStored, TReady>(
        ConcurrentDictionary<(string Account, string Name), Remembered<TStored, TReady>> memory,
        (string Account, string Name) key,
        Func<string, string, CancellationToken, Task<TStored?>> read,
        Func<TStored, TStored, bool> isSame,
        Func<TStored, TReady> compile,
        CancellationToken ct)
        where TStored : class
        where TReady : class
    {
        var now = clock.GetTimestamp();
        if (memory.TryGetValue(key, out var known) && clock.GetElapsedTime(known.Read, now) < MaximumAge)
        {
            return known.Ready;
        }

        if (await read(key.Account, key.Name, ct) is not { } stored)
        {
            memory.TryRemove(key, out _);
            return null;
        }

        // Reading a document costs more than many decisions, and most look-ups find what they found a second ago.
        var ready = known is not null && isSame(known.Stored, stored) ? known.Ready : compile(stored);
        if (memory.Count >= MostRemembered)
        {
            memory.Clear();
        }

        memory[key] = new(stored, ready, now);
        return ready;
    }

    private static bool IsSame(StoredRole a, StoredRole b) =>
        (a.Id, a.Path, a.TrustPolicy, a.MaxSessionDuration, a.TagsJson) == (b.Id, b.Path, b.TrustPolicy, b.MaxSessionDuration, b.TagsJson)
        && a.Policies.SequenceEqual(b.Policies);

    private static bool IsSame(StoredUserPolicies a, StoredUserPolicies b) =>
        (a.Id, a.Path, a.TagsJson) == (b.Id, b.Path, b.TagsJson) && a.Policies.SequenceEqual(b.Policies);

    private static Role Compile(StoredRole role) => new(
        role.Id, role.Path, Compile(role.TrustPolicy, PolicyKind.Trust), role.MaxSessionDuration, Tags(role.TagsJson),
        [.. role.Policies.Select(policy => Compile(policy, PolicyKind.Identity))]);

    private static User Compile(StoredUserPolicies user) => new(
        user.Id, user.Path, Tags(user.TagsJson), [.. user.Policies.Select(policy => Compile(policy, PolicyKind.Identity))]);

    /// <summary>A stored document was valid when it was written. One that is not any more must not grant anything, nor hide a deny.</summary>
    private static PolicyDocument Compile(string document, PolicyKind kind) =>
        PolicyDocument.TryParse(document, kind, out var policy, out var fault)
            ? policy
            : throw new InvalidOperationException($"A stored policy is damaged: {fault.Position}");

    private static Dictionary<string, string> Tags(string json) =>
        JsonElement.Parse(json).EnumerateObject().ToDictionary(tag => tag.Name, tag => tag.Value.GetString()!);

    private sealed record Remembered<TStored, TReady>(TStored Stored, TReady Ready, long Read);
}
