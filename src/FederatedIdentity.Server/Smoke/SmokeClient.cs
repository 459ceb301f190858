using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using FederatedIdentity.Providers.UserPools;
using FederatedIdentity.Server.Hosting;

namespace FederatedIdentity.Server.Smoke;

/// <summary>Calls a service as an AWS SDK does: as an administrator, signed, or as a stranger. Throws for every answer but success.</summary>
internal sealed class SmokeClient(SmokeOrder order, TimeProvider clock) : IDisposable
{
    private readonly Visitor _visitor = new(order.Authorities);

    public Task<JsonNode> AsGuestAsync(string operation, JsonObject input, CancellationToken ct) => CallAsync(operation, input, signed: false, ct);

    public Task<JsonNode> AsAdministratorAsync(string operation, JsonObject input, CancellationToken ct) => CallAsync(operation, input, signed: true, ct);

    /// <summary>An action of IAM.</summary>
    public async Task<XElement> IamAsync(string action, CancellationToken ct, params (string Name, string Value)[] parameters)
    {
        var form = string.Join('&', parameters.Prepend(("Version", "2010-05-08")).Prepend(("Action", action))
            .Select(parameter => $"{Uri.EscapeDataString(parameter.Item1)}={Uri.EscapeDataString(parameter.Item2)}"));
        var answer = await SendAsync("iam", form, [new("content-type", "application/x-www-form-urlencoded")], signed: true, ct);
        try
        {
            var xml = XElement.Parse(Encoding.UTF8.GetString(answer.Body));
            return answer.Status == StatusCodes.Status200OK ? xml : throw Refused(action, answer.Status, Text(xml, "Code"), Text(xml, "Message"));
        }
        catch (XmlException)
        {
            throw new SmokeException($"{action}: status {answer.Status}, and an answer that is not XML");
        }
    }

    /// <summary>A document that anybody may read, below the service's own address wherever it says it is.</summary>
    public async Task<byte[]> ReadAsync(string path, CancellationToken ct)
    {
        var answer = await _visitor.GetAsync(new Uri(order.Url, path), ct);
        return answer.Status == StatusCodes.Status200OK ? answer.Body : throw new SmokeException($"{path}: status {answer.Status}");
    }

    public static string? Text(XElement xml, string name) =>
        xml.Descendants().FirstOrDefault(element => element.Name.LocalName == name)?.Value;

    public void Dispose() => _visitor.Dispose();

    private async Task<JsonNode> CallAsync(string operation, JsonObject input, bool signed, CancellationToken ct)
    {
        KeyValuePair<string, string>[] headers =
        [
            new("content-type", "application/x-amz-json-1.1"), new("x-amz-target", $"AWSCognitoIdentityService.{operation}"),
        ];
        var answer = await SendAsync("cognito-identity", input.ToJsonString(), headers, signed, ct);
        try
        {
            var json = answer.Body is [] ? new JsonObject() : JsonNode.Parse(answer.Body);
            return answer.Status == StatusCodes.Status200OK && json is JsonObject
                ? json
                : throw Refused(operation, answer.Status, $"{json?["__type"]}", $"{json?["message"] ?? json?["Message"]}");
        }
        catch (Exception strange) when (strange is JsonException or InvalidOperationException)
        {
            throw new SmokeException($"{operation}: status {answer.Status}, and an answer that is not a JSON object");
        }
    }

    private async Task<Visit> SendAsync(
        string service, string body, KeyValuePair<string, string>[] headers, bool signed, CancellationToken ct)
    {
        var content = Encoding.UTF8.GetBytes(body);
        using var request = new HttpRequestMessage(HttpMethod.Post, order.Url) { Content = new ByteArrayContent(content) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(headers[0].Value);
        foreach (var (name, value) in headers[1..])
        {
            request.Headers.Add(name, value);
        }

        if (signed)
        {
            var now = clock.GetUtcNow();
            var date = new KeyValuePair<string, string>("x-amz-date", RequestSignature.Stamp(now));
            request.Headers.Add(date.Key, date.Value);
            request.Headers.Authorization = new RequestSignature(order.AccessKeyId, order.Secret.Reveal, order.Region, service)
                .Sign(order.Url, [.. headers, date], content, now);
        }

        return await _visitor.SendAsync(request, ct);
    }

    private static SmokeException Refused(string operation, int status, string? code, string? message) =>
        new($"{operation}: status {status}, {code}: {message}", code ?? "");
}
