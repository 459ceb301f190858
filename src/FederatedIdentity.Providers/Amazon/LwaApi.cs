using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.Providers.Amazon;

/// <summary>The two calls of Login with Amazon that tell about an access token: its answer, or why there is none.</summary>
internal sealed class LwaApi(OutboundHttp http, AmazonOptions options)
{
    private readonly string _root = options.Endpoint.TrimEnd('/');

    /// <summary>For whom a token was made. Amazon documents the query alone for this call; no query is ever logged.</summary>
    public Task<(JsonElement Answer, OpaqueResult? Trouble)> TokenInfoAsync(string token, CancellationToken ct) =>
        GetAsync(Request($"/auth/o2/tokeninfo?access_token={Uri.EscapeDataString(token)}"), ct);

    /// <summary>Who the user of a token is. Says nothing about the app, so on its own it proves nothing.</summary>
    public Task<(JsonElement Answer, OpaqueResult? Trouble)> ProfileAsync(string token, CancellationToken ct) =>
        GetAsync(Request("/user/profile") with { Authorization = new AuthenticationHeaderValue("Bearer", token) }, ct);

    private OutboundRequest Request(string pathAndQuery) =>
        new(AmazonProvider.Kind, new Uri(_root + pathAndQuery), OutboundRequest.TokenAnswer);

    private async Task<(JsonElement Answer, OpaqueResult? Trouble)> GetAsync(OutboundRequest request, CancellationToken ct) =>
        await http.SendAsync(request, ct) switch
        {
            FetchResult.Ok answer => Read(request.Url.AbsolutePath, (int)answer.Status, answer.Body),
            FetchResult.Failed failed => (default, new OpaqueResult.Unavailable($"{request.Url.AbsolutePath}: {failed.Detail}")),
            _ => throw new UnreachableException(),
        };

    private static (JsonElement Answer, OpaqueResult? Trouble) Read(string path, int status, byte[] body)
    {
        if (status is not (200 or (>= 400 and < 500 and not 429)))
        {
            return (default, new OpaqueResult.Unavailable($"{path}: status {status}"));
        }

        if (JsonAnswer.Object(body) is not { } answer)
        {
            return (default, new OpaqueResult.Unavailable($"{path}: status {status} without readable JSON"));
        }

        if (status == 200 && !answer.TryGetProperty("error", out _))
        {
            return (answer, null);
        }

        // An error of another name, such as ServerError, says nothing about the token.
        return JsonAnswer.Text(answer, "error") is "invalid_token" or "invalid_request" or "insufficient_scope"
            ? (default, new OpaqueResult.Invalid(LoginSentences.Invalid, $"{path}: {JsonAnswer.Text(answer, "error")}"))
            : (default, new OpaqueResult.Unavailable($"{path}: status {status} with an unknown error"));
    }
}
