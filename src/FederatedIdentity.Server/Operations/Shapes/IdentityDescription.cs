using FederatedIdentity.Storage.Postgres.Tables;

namespace FederatedIdentity.Server.Operations;

/// <summary>An identity as the API shows it: the names of its providers (absent when it has none), never its users.</summary>
internal sealed record IdentityDescription(
    string IdentityId, IReadOnlyList<string>? Logins, DateTimeOffset CreationDate, DateTimeOffset LastModifiedDate)
{
    public static IdentityDescription Of(IdentityRow identity)
    {
        string[] providers = [.. identity.Logins.Select(login => login.Provider).Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)];
        return new(identity.Id, providers.Length == 0 ? null : providers, identity.CreatedAt, identity.ModifiedAt);
    }
}
