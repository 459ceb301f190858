using System.Text;
using System.Xml.Linq;

namespace FederatedIdentity.Tests.Shared;

/// <summary>One answer of an AWS Query service as it came over the wire.</summary>
internal sealed record QueryAnswer(int Status, string Text)
{
    public bool Ok => Status == 200;

    public XElement Xml => XElement.Parse(Text);

    /// <summary>The error's code; empty on success.</summary>
    public string Error => Ok ? "" : Value("Code")!;

    public string? Message => Value("Message");

    /// <summary>The text of the first element of this name, wherever it is; null when there is none.</summary>
    public string? Value(string name) => Elements(name).FirstOrDefault()?.Value;

    public IEnumerable<XElement> Elements(string name) => Xml.Descendants().Where(element => element.Name.LocalName == name);

    /// <summary>The texts of a list.</summary>
    public string[] List(string name) => [.. Elements(name).Single().Elements().Select(member => member.Value)];

    /// <summary>The tags of an answer that shows one list of them.</summary>
    public Dictionary<string, string> Tags() => Elements("Tags").Elements()
        .ToDictionary(tag => tag.Elements().First().Value, tag => tag.Elements().Last().Value);
}

/// <summary>
/// Speaks AWS Query to IAM by hand, signed. Every error that comes back must be one that the published API declares for the action, or
/// one that the protocol has for all.
/// </summary>
internal sealed class QueryClient(Uri endpoint, string accessKeyId, string secretAccessKey) : IDisposable
{
    private static readonly string[] OfTheProtocol =
        ["ValidationError", "AccessDenied", "InvalidClientTokenId", "InvalidAction", "Throttling"];

    private readonly SigV4Signer _signer = new(accessKeyId, secretAccessKey, "us-east-1", "iam");
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = endpoint };

    public Uri Endpoint => endpoint;

    public string AccessKeyId => accessKeyId;

    public async Task<QueryAnswer> CallAsync(string action, params (string Name, string Value)[] parameters)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, "/"));
        request.Content = new ByteArrayContent(Encoding.ASCII.GetBytes(string.Join('&', parameters
            .Prepend(("Version", "2010-05-08")).Prepend(("Action", action))
            .Select(parameter => $"{Uri.EscapeDataString(parameter.Item1)}={Uri.EscapeDataString(parameter.Item2)}"))));
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
        await _signer.SignAsync(request, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        using var response = await _http.SendAsync(request);
        var answer = new QueryAnswer((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        if (!answer.Ok && !OfTheProtocol.Contains(answer.Error))
        {
            Assert.Contains(answer.Error, ApiModel.Iam.Operations[action].ErrorCodes);
        }

        return answer;
    }

    /// <summary>A call that has to succeed.</summary>
    public async Task<QueryAnswer> OkAsync(string action, params (string Name, string Value)[] parameters)
    {
        var answer = await CallAsync(action, parameters);
        Assert.True(answer.Ok, $"{action}: {answer.Text}");
        return answer;
    }

    /// <summary>A call that has to be refused with exactly this.</summary>
    public async Task RefusedAsync(
        int status, string code, string message, string action, params (string Name, string Value)[] parameters)
    {
        var answer = await CallAsync(action, parameters);
        Assert.Equal((status, code, message), (answer.Status, answer.Error, answer.Message));
    }

    public void Dispose() => _http.Dispose();
}
