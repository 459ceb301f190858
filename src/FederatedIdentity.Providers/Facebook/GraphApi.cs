using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using FederatedIdentity.Domain;
using FederatedIdentity.Providers.Engines;

namespace FederatedIdentity.Providers.Facebook;

/// <summary>
/// The calls of the Graph API that tell about tokens. It documents no header for them, so tokens and secrets travel in the query, and
/// no query is ever logged.
/// </summary>
internal sealed class GraphApi(OutboundHttp http, FacebookOptions options)
{
    private readonly string _root = $"{options.Endpoint.TrimEnd('/')}/{options.Version}";

    /// <summary>What Facebook knows of a token, for the app that it was made for.</summary>
    /// <remarks>https://developers.facebook.com/docs/graph-api/reference/debug_token</remarks>
    public Task<GraphAnswer> InspectAsync(string token, string appId, SecretKey secret, CancellationToken ct) =>
        GetAsync($"debug_token?input_token={Encode(token)}&access_token={Encode($"{appId}|{secret.Reveal}")}", ct);

    /// <summary>The app that a token was made for.</summary>
    public Task<GraphAnswer> AppAsync(string token, CancellationToken ct) => GetAsync($"app?access_token={Encode(token)}", ct);

    /// <summary>Whom a token stands for. With the secret, Facebook answers only for a token of that secret's app.</summary>
    /// <remarks>https://developers.facebook.com/docs/graph-api/guides/secure-requests</remarks>
    public Task<GraphAnswer> MeAsync(string token, SecretKey? secret, CancellationToken ct)
    {
        var proof = secret is { } known ? $"&appsecret_proof={Proof(token, known)}" : "";
        return GetAsync($"me?fields=id&access_token={Encode(token)}{proof}", ct);
    }

    private async Task<GraphAnswer> GetAsync(string pathAndQuery, CancellationToken ct)
    {
        var request = new OutboundRequest(FacebookProvider.Kind, new Uri($"{_root}/{pathAndQuery}"), OutboundRequest.TokenAnswer);
        return await http.SendAsync(request, ct) switch
        {
            FetchResult.Ok answer => Read((int)answer.Status, answer.Body),
            FetchResult.Failed failed => new GraphAnswer.Failed(failed.Detail),
            _ => throw new UnreachableException(),
        };
    }

    private static GraphAnswer Read(int status, byte[] body)
    {
        if (status is not (200 or (>= 400 and < 500 and not 429)))
        {
            return new GraphAnswer.Failed($"status {status}");
        }

        if (JsonAnswer.Object(body) is not { } answer)
        {
            return new GraphAnswer.Failed($"status {status} without readable JSON");
        }

        return GraphError.In(answer) is { } error
            ? error.IsRefusal ? new GraphAnswer.Refused(error) : new GraphAnswer.Failed($"status {status}, {error.Detail}")
            : status == 200 ? new GraphAnswer.Node(answer) : new GraphAnswer.Failed($"status {status} without error");
    }

    private static string Proof(string token, SecretKey secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret.Reveal), Encoding.UTF8.GetBytes(token)));

    private static string Encode(string value) => Uri.EscapeDataString(value);
}
