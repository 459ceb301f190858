using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;

namespace FederatedIdentity.Providers.Engines;

/// <summary>Says what was found about an opaque token in the words of the login port.</summary>
internal static class OpaqueResultExtensions
{
    /// <summary><paramref name="app"/> is the pool's value for the provider, which the token was found to be made for.</summary>
    public static LoginVerdict ToVerdict(this OpaqueResult result, string loginKey, string app) => result switch
    {
        OpaqueResult.Valid valid => new LoginVerdict.Verified(
            new Login(LoginKind.Public, loginKey, valid.Subject), $"{loginKey}:{app}:{valid.Subject}", valid.Claims),
        OpaqueResult.Invalid invalid => new LoginVerdict.Rejected(invalid.Sentence, invalid.Detail),
        OpaqueResult.Unavailable unavailable => new LoginVerdict.Unreachable(unavailable.Detail),
        _ => throw new UnreachableException(),
    };

    /// <summary>All that role mappings may ask of a login whose token carries no claims of its own.</summary>
    public static LoginClaims PlainClaims(string issuer, string app, string subject) =>
        new(Encoding.UTF8.GetBytes(new JsonObject { ["iss"] = issuer, ["aud"] = app, ["sub"] = subject }.ToJsonString()));
}
