using System.Diagnostics;
using FederatedIdentity.Server.Hosting;
using FederatedIdentity.Storage.Postgres;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.Server.Protocol;

/// <summary>Lets signed operations through to the caller whose signature verifies, and to nobody else.</summary>
internal sealed class SignatureGate
{
    // AWS signs for IAM, and for STS's global endpoint, in this region wherever the caller is.
    private const string GlobalRegion = "us-east-1";

    private readonly Dictionary<string, SigV4> _services;

    private readonly AccessKeyUses _uses;

    public SignatureGate(
        IAccessKeys keys, ISessionKeys sessions, AccessKeyUses uses, IOptions<DeploymentOptions> deployment, TimeProvider clock)
    {
        _uses = uses;
        var region = deployment.Value.Region;
        SigV4 For(string service, params string[] regions) => new(keys, sessions, clock, regions, service);
        _services = new()
        {
            ["cognito-identity"] = For("cognito-identity", region),
            ["sts"] = For("sts", region, GlobalRegion),
            ["iam"] = For("iam", region, GlobalRegion),
        };
    }

    public async ValueTask<Outcome<Caller>> VerifyAsync(
        HttpRequest request, ReadOnlyMemory<byte> body, string service, CancellationToken ct)
    {
        // The target as it came over the wire: what the signer saw, before routing took a path prefix off or decoded anything.
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var (path, query) = question < 0 ? (target, "") : (target[..question], target[(question + 1)..]);
        switch (await _services[service].VerifyAsync(new SigV4Request(request.Method, path, query, request.Headers, body), ct))
        {
            case SigV4Verdict.Refused refused:
                return refused.Error;
            case SigV4Verdict.Signed signed:
                if (signed.Caller.Session is null)
                {
                    _uses.Note(signed.Caller.AccessKeyId, service, signed.Region);
                }

                return signed.Caller;
            default:
                throw new UnreachableException();
        }
    }
}
