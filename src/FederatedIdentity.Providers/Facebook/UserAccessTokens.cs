using System.Diagnostics;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.Providers.Facebook;

/// <summary>
/// Asks Facebook whose a user access token is. With the app's secret two independent answers have to agree on app and user; without it
/// the token itself is used to ask for its app and then for its user.
/// </summary>
internal sealed class UserAccessTokens(GraphApi graph, TimeProvider time)
{
    public Task<OpaqueResult> AskAsync(string token, string appId, SecretKey? secret, CancellationToken ct) =>
        secret is { } known ? InspectAsync(token, appId, known, ct) : IdentifyAsync(token, appId, ct);

    private async Task<OpaqueResult> InspectAsync(string token, string appId, SecretKey secret, CancellationToken ct)
    {
        switch (await graph.InspectAsync(token, appId, secret, ct))
        {
            case GraphAnswer.Node node:
                var inspected = TokenInspection.Judge(node.Body, appId, time.GetUtcNow());
                return inspected is OpaqueResult.Valid valid ? await ConfirmAsync(token, valid, secret, ct) : inspected;

            // "The App_id in the input_token did not match the Viewing App."
            case GraphAnswer.Refused { Error: { IsOfParameter: true } or { IsOfUser: true } } refused:
                return refused.Error.IsOfParameter ? OfAnotherApp(refused.Error.Detail) : Invalid($"debug_token: {refused.Error.Detail}");

            case GraphAnswer.Refused refused:
                return await DoubtAsync(token, appId, refused.Error, ct);

            case GraphAnswer.Failed failed:
                return new OpaqueResult.Unavailable($"debug_token: {failed.Detail}");

            default:
                throw new UnreachableException();
        }
    }

    /// <summary>The token has to work for the same user, in a call that only a token of this secret's app can make.</summary>
    private async Task<OpaqueResult> ConfirmAsync(string token, OpaqueResult.Valid inspected, SecretKey secret, CancellationToken ct)
    {
        var (user, trouble) = await IdOf(graph.MeAsync(token, secret, ct), "me");
        return trouble ?? (user == inspected.Subject ? inspected : Invalid("debug_token and me name different users"));
    }

    /// <summary>
    /// Facebook reports a bad user token inside of a successful answer, and an error as a whole for our own app token: then the secret
    /// in the settings is wrong, and no user's token may be called bad for it. But it does not say which of the two it means, so the
    /// user's is tried on its own. Nobody gets in on this way; it decides between a refusal and an outage.
    /// </summary>
    private async Task<OpaqueResult> DoubtAsync(string token, string appId, GraphError doubt, CancellationToken ct)
    {
        var (app, trouble) = await IdOf(graph.AppAsync(token, ct), "app");
        return trouble
            ?? (app != appId
                ? OfAnotherApp("app names another")
                : new OpaqueResult.Unavailable($"the secret that is configured for app {appId} is refused ({doubt.Detail})"));
    }

    /// <summary>The app comes first: a token of another app causes no second call.</summary>
    private async Task<OpaqueResult> IdentifyAsync(string token, string appId, CancellationToken ct)
    {
        var (app, trouble) = await IdOf(graph.AppAsync(token, ct), "app");
        if (trouble is not null)
        {
            return trouble;
        }

        if (app != appId)
        {
            return OfAnotherApp("app names another");
        }

        (var user, trouble) = await IdOf(graph.MeAsync(token, secret: null, ct), "me");
        return trouble ?? (IdTokenRules.IsSubject(user) ? FacebookProvider.Valid(appId, user, expires: null) : Invalid("me names no user"));
    }

    private static async Task<(string? Id, OpaqueResult? Trouble)> IdOf(Task<GraphAnswer> call, string path) => await call switch
    {
        GraphAnswer.Node node => JsonAnswer.TextOrDigits(node.Body, "id") is { Length: > 0 } id
            ? (id, null)
            : (null, new OpaqueResult.Unavailable($"{path} answers without id")),

        // Only the operator can help, and no token is to blame.
        GraphAnswer.Refused { Error: { IsOfQuestion: true } error } when path == "app" =>
            (null, new OpaqueResult.Unavailable($"{path}: {error.Detail}")),
        GraphAnswer.Refused refused => (null, Invalid($"{path}: {refused.Error.Detail}")),
        GraphAnswer.Failed failed => (null, new OpaqueResult.Unavailable($"{path}: {failed.Detail}")),
        _ => throw new UnreachableException(),
    };

    private static OpaqueResult.Invalid OfAnotherApp(string detail) => new(LoginSentences.UnsupportedProvider, detail);

    private static OpaqueResult.Invalid Invalid(string detail) => new(LoginSentences.Invalid, detail);
}
