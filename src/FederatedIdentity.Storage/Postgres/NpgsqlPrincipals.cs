using FederatedIdentity.Domain.Pools;
using Npgsql;

namespace FederatedIdentity.Storage.Postgres;

/// <summary>A role as authorisation needs it: documents as they were stored, tags as JSON.</summary>
public sealed record StoredRole(
    string Id, string Path, string TrustPolicy, int MaxSessionDuration, string TagsJson, IReadOnlyList<string> Policies);

/// <summary>A user's policies, and tags as JSON.</summary>
public sealed record StoredUserPolicies(string Id, string Path, string TagsJson, IReadOnlyList<string> Policies);

/// <summary>Reads roles, users and their policies for the decisions about calls; they are administered elsewhere.</summary>
public sealed class NpgsqlPrincipals(Database db)
{
    internal const string FindRoleSql = """
        select r.id, r.path, r.trust_policy, r.max_session_duration, r.tags::text,
            array(select p.document from iam_role_policy p where p.account_id = r.account_id and p.role_name = r.name order by p.name)
        from iam_role r
        where r.account_id = $1 and r.name = $2
        """;

    internal const string FindUserSql = """
        select u.id, u.path, u.tags::text,
            array(select p.document from iam_user_policy p where p.account_id = u.account_id and p.user_name = u.name order by p.name)
        from iam_user u
        where u.account_id = $1 and u.name = $2
        """;

    internal const string FindPoolTagsSql = """
        select t.key, t.value
        from identity_pool p
        join identity_pool_tag t on t.pool_id = p.id
        where p.id = $1 and p.account_id = $2 and p.deleted_at is null
        """;

    internal const string FindOidcProviderSql = """
        select o.thumbprints,
            array(select c.client_id from open_id_connect_provider_client c where c.arn = o.arn order by c.client_id)
        from open_id_connect_provider o
        where o.arn = $1 and o.url = $2
        """;

    internal const string FindSamlProviderSql = """
        select s.entity_id, s.signing_keys, s.valid_until
        from saml_provider s
        where s.account_id = $1 and s.arn = $2
        """;

    /// <summary>Null when the account has no such role.</summary>
    public Task<StoredRole?> FindRoleAsync(string accountId, string name, CancellationToken ct) =>
        db.ReadAsync<StoredRole?>(FindRoleSql, async (command, stop) =>
        {
            Add(command, accountId, name);
            await using var reader = await command.ExecuteReaderAsync(stop);
            return await reader.ReadAsync(stop)
                ? new StoredRole(
                    reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetString(4),
                    reader.GetFieldValue<string[]>(5))
                : null;
        }, ct);

    /// <summary>Null when the account has no such user.</summary>
    public Task<StoredUserPolicies?> FindUserAsync(string accountId, string name, CancellationToken ct) =>
        db.ReadAsync<StoredUserPolicies?>(FindUserSql, async (command, stop) =>
        {
            Add(command, accountId, name);
            await using var reader = await command.ExecuteReaderAsync(stop);
            return await reader.ReadAsync(stop)
                ? new StoredUserPolicies(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<string[]>(3))
                : null;
        }, ct);

    /// <summary>Empty for a pool that the account does not have.</summary>
    public Task<IReadOnlyDictionary<string, string>> FindPoolTagsAsync(string poolId, string accountId, CancellationToken ct) =>
        db.ReadAsync<IReadOnlyDictionary<string, string>>(FindPoolTagsSql, async (command, stop) =>
        {
            Add(command, poolId, accountId);
            await using var reader = await command.ExecuteReaderAsync(stop);
            var tags = new Dictionary<string, string>(StringComparer.Ordinal);
            while (await reader.ReadAsync(stop))
            {
                tags[reader.GetString(0)] = reader.GetString(1);
            }

            return tags;
        }, ct);

    /// <summary>The provider of this ARN, if its tokens name <paramref name="issuer"/>.</summary>
    public Task<OpenIdConnectProvider?> FindOidcProviderAsync(string arn, string issuer, CancellationToken ct) =>
        db.ReadAsync<OpenIdConnectProvider?>(FindOidcProviderSql, async (command, stop) =>
        {
            Add(command, arn, issuer);
            await using var reader = await command.ExecuteReaderAsync(stop);
            return await reader.ReadAsync(stop)
                ? new OpenIdConnectProvider(arn, issuer, reader.GetFieldValue<string[]>(1))
                {
                    Thumbprints = reader.GetFieldValue<string[]>(0),
                }
                : null;
        }, ct);

    /// <summary>Null when the account has no SAML provider of this ARN.</summary>
    public Task<SamlProvider?> FindSamlProviderAsync(string accountId, string arn, CancellationToken ct) =>
        db.ReadAsync<SamlProvider?>(FindSamlProviderSql, async (command, stop) =>
        {
            Add(command, accountId, arn);
            await using var reader = await command.ExecuteReaderAsync(stop);
            return await reader.ReadAsync(stop)
                ? new SamlProvider(
                    arn, reader.GetString(0), reader.GetFieldValue<byte[][]>(1),
                    reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2))
                : null;
        }, ct);

    private static void Add(NpgsqlCommand command, string first, string second)
    {
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = first });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = second });
    }
}
