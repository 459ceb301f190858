namespace FederatedIdentity.Providers;

/// <summary>
/// Whether login providers can be asked from this machine, by the same rules and through the same way out as logins. Each answer is
/// null, or what is wrong in words for an operator, without a secret.
/// </summary>
public interface IProviderReach
{
    /// <summary>An OpenID Connect issuer: its discovery document has to be its own, and its key set usable.</summary>
    Task<string?> FaultOfIssuerAsync(string issuer, IReadOnlyCollection<string> thumbprints, CancellationToken ct);

    /// <summary>A provider with a name of its own, by its key in a Logins map.</summary>
    Task<string?> FaultOfLoginProviderAsync(string key, CancellationToken ct);

    /// <summary>The key set of a Cognito user pool, by its key in a Logins map.</summary>
    Task<string?> FaultOfUserPoolAsync(string key, CancellationToken ct);
}
