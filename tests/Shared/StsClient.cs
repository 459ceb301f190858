using System.Globalization;
using System.Text;

namespace FederatedIdentity.Tests.Shared;

/// <summary>What signs calls; with a session token it is temporary.</summary>
internal sealed record TestKey(string Id, string Secret, string? Token = null)
{
    public static TestKey Administrator { get; } = new(TestServer.AccessKeyId, TestServer.SecretAccessKey);

    /// <summary>The credentials of an answer of STS.</summary>
    public static TestKey Of(QueryAnswer answer) =>
        new(answer.Value("AccessKeyId")!, answer.Value("SecretAccessKey")!, answer.Value("SessionToken")!);
}

/// <summary>Speaks AWS Query to STS by hand: signed or not, as a form, a query string or a presigned URL.</summary>
internal sealed class StsClient(Uri endpoint) : IDisposable
{
    public const string FormType = "application/x-www-form-urlencoded";

    public HttpClient Http { get; } = new(new SocketsHttpHandler { MaxConnectionsPerServer = 64 }) { BaseAddress = endpoint };

    public Task<QueryAnswer> CallAsync(string action, TestKey? key, params (string Name, string Value)[] parameters) =>
        PostAsync(Form(action, parameters), key);

    /// <summary>A call that has to succeed.</summary>
    public async Task<QueryAnswer> OkAsync(string action, TestKey? key, params (string Name, string Value)[] parameters)
    {
        var answer = await CallAsync(action, key, parameters);
        Assert.True(answer.Ok, $"{action}: {answer.Text}");
        return answer;
    }

    public async Task<QueryAnswer> PostAsync(string form, TestKey? key, string service = "sts", string region = "us-east-1")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, "/"))
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(form)),
        };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", $"{FormType}; charset=utf-8");
        return await SendAsync(request, key, service, region);
    }

    public async Task<QueryAnswer> GetAsync(string query, TestKey? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(endpoint, $"/?{query}"));
        return await SendAsync(request, key);
    }

    public async Task<QueryAnswer> SendAsync(HttpRequestMessage request, TestKey? key, string service = "sts", string region = "us-east-1")
    {
        if (key is not null)
        {
            if (key.Token is not null)
            {
                request.Headers.Add("X-Amz-Security-Token", key.Token);
            }

            await new SigV4Signer(key.Id, key.Secret, region, service)
                .SignAsync(request, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        }

        using var response = await Http.SendAsync(request);
        return new QueryAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>The ARN of whoever has this key.</summary>
    public async Task<string> WhoIsAsync(TestKey key) => (await OkAsync("GetCallerIdentity", key)).Value("Arn")!;

    /// <summary>The query string of a presigned URL.</summary>
    public string Presign(
        TestKey key, DateTimeOffset at, int seconds = 60, string form = "Action=GetCallerIdentity&Version=2011-06-15",
        string service = "sts", string region = "us-east-1")
    {
        var stamp = SigV4Signer.Stamp(at);
        var query = new StringBuilder(form)
            .Append("&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=")
            .Append(Uri.EscapeDataString($"{key.Id}/{stamp[..8]}/{region}/{service}/aws4_request"))
            .Append(CultureInfo.InvariantCulture, $"&X-Amz-Date={stamp}&X-Amz-Expires={seconds}&X-Amz-SignedHeaders=host");
        if (key.Token is not null)
        {
            query.Append("&X-Amz-Security-Token=").Append(Uri.EscapeDataString(key.Token));
        }

        var authorization = new SigV4Signer(key.Id, key.Secret, region, service)
            .Authorization("GET", "/", query.ToString(), [("host", endpoint.Authority)], [], at);
        return $"{query}&X-Amz-Signature={authorization[(authorization.LastIndexOf('=') + 1)..]}";
    }

    public static string Form(string action, params (string Name, string Value)[] parameters) => string.Join('&', parameters
        .Prepend(("Version", "2011-06-15")).Prepend(("Action", action))
        .Select(parameter => $"{Uri.EscapeDataString(parameter.Item1)}={Uri.EscapeDataString(parameter.Item2)}"));

    public void Dispose() => Http.Dispose();
}
