using System.Net;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Server.Operations;
using FederatedIdentity.Server.Telemetry;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Sts;

/// <summary>
/// Another STS, which gives credentials for our web identity tokens. Its refusals are the pool's configuration at fault; what it cannot
/// answer is an outage, and says nothing about the caller.
/// </summary>
internal sealed partial class ExternalSts : IDisposable
{
    // One more try within the time that a phone waits.
    private const int Retries = 1;
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(5);

    private readonly TimeProvider _clock;
    private readonly ILogger<ExternalSts> _logger;
    private readonly Lazy<AmazonSecurityTokenServiceClient> _client;

    public ExternalSts(
        IOptions<StsOptions> options,
        IOptions<DeploymentOptions> deployment,
        ExternalStsHttp http,
        TimeProvider clock,
        ILogger<ExternalSts> logger)
    {
        (_clock, _logger) = (clock, logger);
        Host = Uri.TryCreate(options.Value.Endpoint, UriKind.Absolute, out var url) ? url.Authority : "";
        _client = new(() => new AmazonSecurityTokenServiceClient(
            new AnonymousAWSCredentials(),
            new AmazonSecurityTokenServiceConfig
            {
                ServiceURL = options.Value.Endpoint,
                AuthenticationRegion = deployment.Value.Region,
                MaxErrorRetry = Retries,
                RetryMode = RequestRetryMode.Standard,
                HttpClientFactory = http,
            }));
    }

    /// <summary>Whom to name when it does not answer.</summary>
    public string Host { get; }

    public async ValueTask<ExternalAnswer> AssumeAsync(ExternalWish wish, CancellationToken ct)
    {
        using var span = ExternalStsSpan.Start(Host);
        var answer = await AskAsync(wish, ct);
        span.Finish(answer);
        return answer;
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private async ValueTask<ExternalAnswer> AskAsync(ExternalWish wish, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(_deadline);
        try
        {
            var answer = await _client.Value.AssumeRoleWithWebIdentityAsync(RequestOf(wish), deadline.Token);
            if (Read(answer.Credentials) is { } credentials)
            {
                return new ExternalAnswer.Granted(credentials);
            }

            Log.Unreachable(_logger, Host, "an answer without usable credentials");
            return new ExternalAnswer.Unreachable();
        }
        catch (AmazonServiceException refusal) when (IsRefusal(refusal))
        {
            Log.Refused(_logger, Host, refusal.ErrorCode, refusal.RequestId);
            return new ExternalAnswer.Refused();
        }
#pragma warning disable CA1031 // The SDK throws whatever its parsers and the network throw; none of it is the caller's fault.
        catch (Exception outage) when (!ct.IsCancellationRequested)
        {
            Log.Unreachable(_logger, Host, outage.GetType().Name);
            return new ExternalAnswer.Unreachable();
        }
#pragma warning restore CA1031
    }

    private static AssumeRoleWithWebIdentityRequest RequestOf(ExternalWish wish) => new()
    {
        RoleArn = wish.RoleArn,
        RoleSessionName = wish.SessionName,
        DurationSeconds = wish.DurationSeconds,
        WebIdentityToken = wish.Token,
        Policy = wish.Policy,
    };

    /// <summary>Null for credentials that are not whole, or over already.</summary>
    private CredentialsShape? Read(Credentials? found) =>
        found is { AccessKeyId.Length: > 0, SecretAccessKey.Length: > 0, SessionToken.Length: > 0, Expiration: { } expiration }
        && new DateTimeOffset(expiration.ToUniversalTime(), TimeSpan.Zero) is var end && end > _clock.GetUtcNow()
            ? new CredentialsShape(found.AccessKeyId, found.SecretAccessKey, found.SessionToken, end)
            : null;

    /// <summary>
    /// It understood, and said no. Throttling, its own trouble with our keys, and what has no code of an STS (a proxy's page, say) are no
    /// answer about the caller.
    /// </summary>
    private static bool IsRefusal(AmazonServiceException error) =>
        error.StatusCode is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError
            and not (HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
                or HttpStatusCode.ProxyAuthenticationRequired)
        && error is not AmazonUnmarshallingException
        && error.ErrorCode is { Length: > 0 } code
        && code is not ("IDPCommunicationError" or "IDPCommunicationErrorException" or "Throttling" or "ThrottlingException"
            or "ThrottledException" or "RequestLimitExceeded" or "TooManyRequestsException" or "SlowDown" or "RequestTimeout")
        && !Enum.TryParse<HttpStatusCode>(code, out _); // The SDK's stand-in for a code that it did not find.

    private static partial class Log
    {
        // Neither the message nor the request: both may quote the token.
        [LoggerMessage(30, LogLevel.Warning, "The STS at {Host} refuses a web identity: {Code}, its request {ForeignRequestId}")]
        public static partial void Refused(ILogger logger, string host, string? code, string? foreignRequestId);

        [LoggerMessage(31, LogLevel.Warning, "The STS at {Host} does not answer: {Fault}")]
        public static partial void Unreachable(ILogger logger, string host, string fault);
    }
}
