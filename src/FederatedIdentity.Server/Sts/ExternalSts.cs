using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using FederatedIdentity.Server.Hosting;
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

    private readonly ILogger<ExternalSts> _logger;
    private readonly Lazy<AmazonSecurityTokenServiceClient> _client;

    public ExternalSts(IOptions<StsOptions> options, IOptions<DeploymentOptions> deployment, ILogger<ExternalSts> logger)
    {
        _logger = logger;
        Host = Uri.TryCreate(options.Value.Endpoint, UriKind.Absolute, out var url) ? url.Authority : "";
        _client = new(() => new AmazonSecurityTokenServiceClient(
            new AnonymousAWSCredentials(),
            new AmazonSecurityTokenServiceConfig
            {
                ServiceURL = options.Value.Endpoint,
                AuthenticationRegion = deployment.Value.Region,
                MaxErrorRetry = Retries,
                Timeout = _deadline,
            }));
    }

    /// <summary>Whom to name when it does not answer.</summary>
    public string Host { get; }

    public async ValueTask<Outcome<Credentials>> AssumeAsync(AssumeRoleWithWebIdentityRequest request, CancellationToken ct)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(ct);
        deadline.CancelAfter(_deadline);
        try
        {
            return (await _client.Value.AssumeRoleWithWebIdentityAsync(request, deadline.Token)).Credentials is { } credentials
                ? credentials
                : ApiError.ExternalService(Host);
        }
        catch (AmazonServiceException refusal) when (IsRefusal(refusal))
        {
            Log.Refused(_logger, Host, refusal.ErrorCode, refusal.RequestId);
            return StsErrors.NotAuthorized("sts:AssumeRoleWithWebIdentity");
        }
        catch (Exception outage) when (!ct.IsCancellationRequested
            && outage is AmazonClientException or AmazonServiceException or HttpRequestException or OperationCanceledException or IOException)
        {
            Log.Unreachable(_logger, Host, outage.GetType().Name);
            return ApiError.ExternalService(Host);
        }
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    /// <summary>It answered, and no. Throttling and its own trouble with our keys are no answer about the caller.</summary>
    private static bool IsRefusal(AmazonServiceException error) =>
        (int)error.StatusCode is >= 400 and < 500 and not (408 or 429)
        && error.ErrorCode is not ("IDPCommunicationError" or "IDPCommunicationErrorException" or "Throttling" or "ThrottlingException"
            or "RequestLimitExceeded");

    private static partial class Log
    {
        // Neither the message nor the request: both may quote the token.
        [LoggerMessage(30, LogLevel.Warning, "The STS at {Host} refuses a web identity: {Code}, its request {ForeignRequestId}")]
        public static partial void Refused(ILogger logger, string host, string? code, string? foreignRequestId);

        [LoggerMessage(31, LogLevel.Warning, "The STS at {Host} does not answer: {Fault}")]
        public static partial void Unreachable(ILogger logger, string host, string fault);
    }
}
