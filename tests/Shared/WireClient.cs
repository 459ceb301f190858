using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FederatedIdentity.Tests.Shared;

/// <summary>One answer of the API as it came over the wire.</summary>
public sealed record WireAnswer(int Status, HttpResponseHeaders Headers, string ContentType, string Text)
{
    public bool Ok => Status == 200;

    public JsonNode Body => JsonNode.Parse(Text) ?? throw new InvalidOperationException("The body is the literal null.");

    /// <summary>The error's type; empty on success.</summary>
    public string Error => Ok ? "" : Body["__type"]!.GetValue<string>();

    /// <summary>Refusals for want of permission write the member with a capital.</summary>
    public string? Message => (Body["message"] ?? Body[nameof(Message)])?.GetValue<string>();

    public string this[string member] => Body[member]?.GetValue<string>() ?? throw new InvalidOperationException($"No {member} in {Text}");
}

/// <summary>One call of an operation and what became of it.</summary>
internal sealed record WireExchange(string Operation, string Input, WireAnswer Answer);

/// <summary>Speaks AWS JSON 1.1 by hand, so that a test can send what no SDK would.</summary>
internal sealed class WireClient(Uri endpoint, string accessKeyId, string secretAccessKey, string? sessionToken = null) : IDisposable
{
    private static readonly string[] PublicOperations = ["GetId", "GetOpenIdToken", "GetCredentialsForIdentity", "UnlinkIdentity"];

    private readonly SigV4Signer _signer = new(accessKeyId, secretAccessKey, "us-east-1", "cognito-identity");

    /// <summary>Every exchange of every client of this process, for the test of what the tests reach.</summary>
    public static ConcurrentQueue<WireExchange> Exchanges { get; } = [];

    public HttpClient Http { get; } = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = endpoint };

    /// <summary>Calls an operation, signed when the API asks for it. The input is anything that serialises to JSON.</summary>
    public Task<WireAnswer> CallAsync(string operation, object input) =>
        SendAsync(operation, input as string ?? JsonSerializer.Serialize(input), !PublicOperations.Contains(operation));

    public async Task<WireAnswer> SendAsync(string operation, string body, bool signed)
    {
        using var request = Request(operation, Encoding.UTF8.GetBytes(body));
        if (signed)
        {
            if (sessionToken is not null)
            {
                request.Headers.Add("X-Amz-Security-Token", sessionToken);
            }

            await _signer.SignAsync(request, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        }

        return await SendAsync(request);
    }

    public HttpRequestMessage Request(string operation, byte[] body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Http.BaseAddress!, "/")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.1");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", $"AWSCognitoIdentityService.{operation}");
        return request;
    }

    public async Task<WireAnswer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Http.SendAsync(request);
        var answer = new WireAnswer(
            (int)response.StatusCode, response.Headers, $"{response.Content.Headers.ContentType}", await response.Content.ReadAsStringAsync());
        if (request.Content is { } content && request.Headers.TryGetValues("X-Amz-Target", out var target))
        {
            Exchanges.Enqueue(new WireExchange(target.First().Split('.')[^1], await content.ReadAsStringAsync(), answer));
        }

        return answer;
    }

    public void Dispose() => Http.Dispose();
}
