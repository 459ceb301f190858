using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>What a call came to after all its attempts: the body of a success, or the error that is left.</summary>
internal sealed record SdkAnswer(JsonNode? Body, string Error, int Attempts)
{
    public bool Ok => Body is not null;

    public string this[string member] => Body![member]!.GetValue<string>();
}

/// <summary>
/// Calls the API as the AWS SDKs do in their standard retry mode: three attempts, after what may pass by itself only, with growing
/// random pauses and a quota of retries that successes fill up again. The figures are those of the SDK for JavaScript.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html</remarks>
internal sealed class SdkClient(Uri endpoint, Timeline timeline) : IDisposable
{
    private const int MaxAttempts = 3;
    private const double LongestPause = 20_000;
    private const double Pause = 100;
    private const double ThrottledPause = 500;

    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);
    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
    private static readonly SigV4Signer Signer = new(TestServer.AccessKeyId, TestServer.SecretAccessKey, "us-east-1", "cognito-identity");
    private static readonly string[] Throttled = ["TooManyRequestsException", "ThrottlingException", "Throttling", "SlowDown"];

    private readonly RetryQuota _quota = new();
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 })
    {
        BaseAddress = endpoint, Timeout = AttemptTimeout,
    };

    /// <summary>
    /// <paramref name="settledBy"/> is the error with which a retry learns that an attempt before it has done the work although its
    /// answer was lost. It is no failure then.
    /// </summary>
    public async Task<SdkAnswer> CallAsync(string operation, object input, string? settledBy = null)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(input, Json);
        var began = Timeline.Now;
        for (var attempt = 1; ; attempt++)
        {
            var answer = await AttemptAsync(operation, body, attempt);
            if (answer.Ok)
            {
                _quota.Refill(attempt);
            }

            if (answer.Ok || attempt == MaxAttempts || !MayPass(answer.Error) || !_quota.TryTake())
            {
                timeline.Add(operation, began, answer, settled: attempt > 1 && answer.Error == settledBy);
                return answer;
            }

            await PauseAsync(attempt, Throttled.Contains(answer.Error) ? ThrottledPause : Pause);
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool MayPass(string error) =>
        error is "connection" or "timeout" or "500" or "502" or "503" or "504" || Throttled.Contains(error);

    private static Task PauseAsync(int attempt, double first)
    {
        var jitter = RandomNumberGenerator.GetInt32(1_000_000) / 1e6;
        return Task.Delay(TimeSpan.FromMilliseconds(Math.Min(LongestPause, jitter * Math.Pow(2, attempt) * first)));
    }

    private async Task<SdkAnswer> AttemptAsync(string operation, byte[] body, int attempt)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, "/")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-amz-json-1.1");
        request.Headers.Add("X-Amz-Target", $"AWSCognitoIdentityService.{operation}");
        try
        {
            if (operation == "GetOpenIdTokenForDeveloperIdentity")
            {
                await Signer.SignAsync(request, TimeProvider.System.GetUtcNow(), CancellationToken.None);
            }

            using var response = await _http.SendAsync(request);
            var text = await response.Content.ReadAsByteArrayAsync();
            var status = (int)response.StatusCode;
            return status switch
            {
                200 => new(text.Length == 0 ? new JsonObject() : JsonNode.Parse(text), "", attempt), // Some operations answer nothing.
                >= 500 => new(null, $"{status}", attempt),
                _ => new(null, TypeOf(text), attempt),
            };
        }
        catch (TaskCanceledException)
        {
            return new(null, "timeout", attempt);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return new(null, "connection", attempt);
        }
    }

    private static string TypeOf(byte[] text)
    {
        try
        {
            return JsonNode.Parse(text)?["__type"]?.GetValue<string>() ?? "an error without a type";
        }
        catch (JsonException)
        {
            return $"not JSON: {Encoding.UTF8.GetString(text)}";
        }
    }
}
