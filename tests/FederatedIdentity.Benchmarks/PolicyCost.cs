using System.Globalization;
using System.Security.Cryptography;
using FederatedIdentity.Domain.Policies;

namespace FederatedIdentity.Benchmarks;

/// <summary>What a decision by a policy of 20 statements costs, beside the signature that a signed request has verified anyway.</summary>
internal static class PolicyCost
{
    private const int CallsPerTurn = 20_000;

    public static int Run()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var input = RandomNumberGenerator.GetBytes(800);
        var signature = key.SignData(input, HashAlgorithmName.SHA256);
        PolicyDocument[] policies = [PolicySample.Parse()];
        var (allowed, denied) = (PolicySample.Allowed, PolicySample.Denied);
        Must(PolicyEvaluator.Decide(policies, allowed).IsAllowed && !PolicyEvaluator.Decide(policies, denied).IsAllowed);

        new Contest(
            ("raw ECDsa.VerifyData, P-256", () => Must(key.VerifyData(input, signature, HashAlgorithmName.SHA256))),
            ("20 statements, allowed by the last", () => Must(PolicyEvaluator.Decide(policies, allowed).IsAllowed)),
            ("20 statements, allowed by none", () => Must(!PolicyEvaluator.Decide(policies, denied).IsAllowed)))
            .Run(CallsPerTurn);

        var before = GC.GetAllocatedBytesForCurrentThread();
        PolicyEvaluator.Decide(policies, allowed);
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"allocated by one decision: {bytes} bytes"));
        return 0;
    }

    private static void Must(bool good)
    {
        if (!good)
        {
            throw new InvalidOperationException("What is measured here does not work.");
        }
    }
}
