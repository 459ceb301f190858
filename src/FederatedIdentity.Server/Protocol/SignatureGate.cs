using System.Diagnostics;
using FederatedIdentity.Server.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Protocol;

/// <summary>Lets signed operations through to the caller whose signature verifies, and to nobody else.</summary>
internal sealed class SignatureGate(IAccessKeys keys, IOptions<DeploymentOptions> deployment, TimeProvider clock)
{
    private const string Service = "cognito-identity";

    private readonly SigV4 _signatures = new(keys, clock, deployment.Value.Region, Service);

    public async ValueTask<Outcome<Caller>> VerifyAsync(HttpRequest request, ReadOnlyMemory<byte> body, CancellationToken ct)
    {
        // The target as it came over the wire: what the signer saw, before routing took a path prefix off or decoded anything.
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (target, "") : (target[..question], target[(question + 1)..]);
        return await _signatures.VerifyAsync(new SigV4Request(request.Method, path, query, request.Headers, body), ct) switch
        {
            SigV4Verdict.Signed signed => new Caller(signed.AccountId, signed.CallerArn),
            SigV4Verdict.Refused refused => refused.Error,
            _ => throw new UnreachableException(),
        };
    }
}
