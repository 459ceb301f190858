using System.Text.RegularExpressions;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres.Tables;

namespace FederatedIdentity.Server.Operations;

/// <summary>
/// The settings of a pool, which CreateIdentityPool and UpdateIdentityPool take alike, and the rules that both apply to them.
/// </summary>
internal abstract partial record PoolSettings : IWireInput
{
    /// <summary>AWS quota: user pool clients of one pool.</summary>
    private const int MaxCognitoIdentityProviders = 50;

    private static readonly string[] PublicProviders =
    [
        "graph.facebook.com", "accounts.google.com", "www.amazon.com", "appleid.apple.com", "api.twitter.com", "www.digits.com",
    ];

    public string? IdentityPoolName { get; init; }

    public bool? AllowUnauthenticatedIdentities { get; init; }

    public bool? AllowClassicFlow { get; init; }

    public Dictionary<string, string?>? SupportedLoginProviders { get; init; }

    public string? DeveloperProviderName { get; init; }

    public List<string?>? OpenIdConnectProviderARNs { get; init; }

    public List<CognitoIdentityProviderShape?>? CognitoIdentityProviders { get; init; }

    public List<string?>? SamlProviderARNs { get; init; }

    public Dictionary<string, string?>? IdentityPoolTags { get; init; }

    public virtual void Check(Constraints on) => on
        .String("identityPoolName", IdentityPoolName, ModelShapes.IdentityPoolName, required: true)
        .Required("allowUnauthenticatedIdentities", AllowUnauthenticatedIdentities)
        .Map("supportedLoginProviders", SupportedLoginProviders, ModelShapes.IdentityProviders)
        .String("developerProviderName", DeveloperProviderName, ModelShapes.DeveloperProviderName)
        .List("openIdConnectProviderARNs", OpenIdConnectProviderARNs, ModelShapes.OIDCProviderList)
        .List("cognitoIdentityProviders", CognitoIdentityProviders, ModelShapes.CognitoIdentityProviderList)
        .List("samlProviderARNs", SamlProviderARNs, ModelShapes.SAMLProviderList)
        .Map("identityPoolTags", IdentityPoolTags, ModelShapes.IdentityPoolTagsType);

    /// <summary>
    /// What the API model does not express. <paramref name="developer"/> is the developer provider that the pool will have. Null when
    /// all is well.
    /// </summary>
    public ApiError? Objection(DeploymentOptions deployment, string accountId, string? developer)
    {
        if (SupportedLoginProviders?.Keys.FirstOrDefault(key => !PublicProviders.Contains(key)) is { } unknown)
        {
            return ApiError.InvalidParameter($"{unknown} is not a supported login provider.");
        }

        return ProviderValueRules.Objection(SupportedLoginProviders)
            ?? ObjectionToDeveloper(developer)
            ?? ObjectionToCognito()
            ?? ObjectionToArns(deployment, accountId)
            ?? TagRules.Objection(IdentityPoolTags)
            ?? TagRules.ObjectionToSettings(IdentityPoolTags);
    }

    /// <summary>
    /// Replaces all settings of a pool but its name as a developer provider (kept once set), its tags, and its login providers, which
    /// are <see cref="ProviderSecrets"/>' part.
    /// </summary>
    public void ApplyTo(IdentityPoolRow pool)
    {
        pool.Name = IdentityPoolName!;
        pool.AllowUnauthenticated = AllowUnauthenticatedIdentities!.Value;
        pool.AllowClassicFlow = AllowClassicFlow;
        pool.DeveloperProviderName ??= DeveloperProviderName;
        pool.OpenIdConnectProviderArns = [.. OpenIdConnectProviderARNs?.Select(arn => arn!) ?? []];
        pool.CognitoIdentityProviders = [.. CognitoIdentityProviders?.Select(provider => new CognitoIdentityProvider(
            provider!.ProviderName!, provider.ClientId!, provider.ServerSideTokenCheck ?? false)) ?? []];
        pool.SamlProviderArns = [.. SamlProviderARNs?.Select(arn => arn!) ?? []];
    }

    /// <summary>Replaces the tags when the request has any say about them; a request without the member leaves them alone.</summary>
    public void ApplyTagsTo(IdentityPoolRow pool)
    {
        if (IdentityPoolTags is not null)
        {
            TagRules.Replace(pool, IdentityPoolTags);
        }
    }

    /// <summary>A token names providers and these words in one list, and trust policies tell users apart by it.</summary>
    private ApiError? ObjectionToDeveloper(string? developer) =>
        developer is LoginVerifier.CognitoKey or "authenticated" or "unauthenticated"
        || PublicProviders.Contains(developer)
        || OpenIdConnectProviderARNs?.Exists(arn => arn!.EndsWith($":oidc-provider/{developer}", StringComparison.Ordinal)) == true
            ? ApiError.InvalidParameter($"{developer} is the name of a public provider.")
            : null;

    private ApiError? ObjectionToCognito()
    {
        var clients = new HashSet<(string?, string?)>();
        foreach (var provider in CognitoIdentityProviders ?? [])
        {
            if (provider is not { ProviderName: { } name, ClientId: { } client } || !UserPoolName().IsMatch(name))
            {
                return ApiError.InvalidParameter("Invalid Cognito Identity Provider");
            }

            if (!clients.Add((name, client)))
            {
                return ApiError.InvalidParameter($"{name} is configured twice with the same client id.");
            }
        }

        return clients.Count > MaxCognitoIdentityProviders
            ? ApiError.LimitExceeded(
                $"A maximum of {MaxCognitoIdentityProviders} Cognito identity providers is allowed per identity pool.")
            : null;
    }

    private ApiError? ObjectionToArns(DeploymentOptions deployment, string accountId)
    {
        var oidc = $"arn:{deployment.Partition}:iam::{accountId}:oidc-provider/";
        var saml = $"arn:{deployment.Partition}:iam::{accountId}:saml-provider/";
        var foreign = OpenIdConnectProviderARNs?.Find(arn => !IsBelow(arn!, oidc) || !OidcProviderName().IsMatch(arn.AsSpan(oidc.Length)))
            ?? SamlProviderARNs?.Find(arn => !IsBelow(arn!, saml) || !SamlProviderName().IsMatch(arn.AsSpan(saml.Length)));
        return foreign is null ? null : ApiError.NotAuthorized($"Identity provider {foreign} is not valid for account {accountId}");
    }

    private static bool IsBelow(string arn, string prefix) =>
        arn.Length > prefix.Length && arn.StartsWith(prefix, StringComparison.Ordinal);

    /// <summary>The real service takes user pools only; a <c>host:port/pool</c> is an emulator's, for those who run one.</summary>
    [GeneratedRegex(@"\A(?:cognito-idp\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?|[a-z0-9.-]+:[0-9]{1,5})/[A-Za-z0-9_-]+\z")]
    private static partial Regex UserPoolName();

    /// <summary>An issuer without its scheme: a host, perhaps a port, perhaps a path.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:/[\x21-\x7e]*)?\z")]
    private static partial Regex OidcProviderName();

    [GeneratedRegex(@"\A[A-Za-z0-9_.-]{1,128}\z")]
    private static partial Regex SamlProviderName();
}
