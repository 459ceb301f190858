namespace FederatedIdentity.Providers.Options;

/// <summary>Where Cognito user pools are asked for their keys and users, and as whom.</summary>
public sealed class UserPoolsOptions
{
    /// <summary>
    /// The address below which a pool publishes its keys; <c>{region}</c> and <c>{userPoolId}</c> stand for the pool's. Null: the pool's
    /// issuer itself.
    /// </summary>
    public string? Endpoint { get; set; }

    /// <summary>
    /// Where <c>AdminGetUser</c> is called, with the same placeholders. Null: the root of the host that publishes the keys.
    /// </summary>
    public string? CheckEndpoint { get; set; }

    /// <summary>Who calls <c>AdminGetUser</c>; without it no login that has to be checked gets in.</summary>
    public string? AccessKeyId { get; set; }

    public string? SecretAccessKey { get; set; }

    /// <summary>Of temporary credentials only.</summary>
    public string? SessionToken { get; set; }

    /// <summary>Whom to ask whether a token was revoked. Null: nobody, and a global sign-out goes unnoticed.</summary>
    public string? RevocationEndpoint { get; set; }

    internal bool HasCredentials => AccessKeyId is { Length: > 0 } && SecretAccessKey is { Length: > 0 };

    internal IEnumerable<string> Faults() =>
    [
        .. FaultsOf("Endpoint", Endpoint),
        .. FaultsOf("CheckEndpoint", CheckEndpoint),
        .. FaultsOf("RevocationEndpoint", RevocationEndpoint),
        .. CheckFaults(),
    ];

    /// <summary>A template with its placeholders filled in.</summary>
    internal static string Fill(string template, string region, string userPoolId) => template
        .Replace("{region}", region, StringComparison.Ordinal)
        .Replace("{userPoolId}", userPoolId, StringComparison.Ordinal);

    private static IEnumerable<string> FaultsOf(string setting, string? value) => value is null
        ? []
        : ProvidersOptionsValidator.FaultsOfUrl($"UserPools:{setting}", Fill(value, "r", "p"));

    private IEnumerable<string> CheckFaults()
    {
        if (CheckEndpoint?.AsSpan().ContainsAny('?', '#') == true)
        {
            yield return $"{ProvidersOptions.Section}:UserPools:CheckEndpoint must not have a query or a fragment.";
        }

        var one = AccessKeyId is { Length: > 0 } || SecretAccessKey is { Length: > 0 } || SessionToken is { Length: > 0 };
        if (one && !HasCredentials)
        {
            yield return $"{ProvidersOptions.Section}:UserPools: AccessKeyId and SecretAccessKey are set together or not at all.";
        }
    }
}
