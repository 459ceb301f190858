using System.Globalization;
using System.Security.Cryptography;
using FederatedIdentity.Domain.Policies;

namespace FederatedIdentity.Benchmarks;

/// <summary>What a decision by a policy of 20 statements costs, beside the signature that a signed request has verified anyway.</summary>
internal static class PolicyCost
{
    private const int Statements = 20;
    private const int CallsPerTurn = 20_000;
    private const string Account = "111122223333";

    public static int Run()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var input = RandomNumberGenerator.GetBytes(800);
        var signature = key.SignData(input, HashAlgorithmName.SHA256);
        PolicyDocument[] policies = [Policy()];
        var allowed = Request("arn:aws:s3:::bucket-19/home/alice/photo.jpg");
        var denied = Request("arn:aws:s3:::bucket-none/home/alice/photo.jpg");
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

    // Every statement gets as far as its conditions, and half of them hold a variable.
    private static PolicyDocument Policy()
    {
        var statements = Enumerable.Range(0, Statements).Select(number =>
        {
            var isLast = number == Statements - 1;
            var (bucket, agent, user) = (isLast ? "19" : "*", isLast ? "" : "x", number % 2 == 0 ? "alice" : "${aws:username}");
            return
                $$"""
                {"Effect":"Allow","Action":["s3:List*","s3:Get*"],"Resource":"arn:aws:s3:::bucket-{{bucket}}/home/{{user}}/*",
                 "Condition":{"StringLike":{"aws:UserAgent":"client-{{agent}}*"},
                  "IpAddress":{"aws:SourceIp":["203.0.113.0/24","198.51.100.0/24"]} } }
                """;
        });
        var json = $$"""{"Version":"2012-10-17","Statement":[{{string.Join(',', statements)}}]}""";
        return PolicyDocument.TryParse(json, PolicyKind.Identity, out var policy, out var fault)
            ? policy
            : throw new InvalidOperationException(fault.ToString());
    }

    private static PolicyRequest Request(string resource) => new(
        "s3:GetObject",
        [resource],
        PolicyPrincipal.User($"arn:aws:iam::{Account}:user/alice", Account),
        new Dictionary<string, IReadOnlyList<string>>
        {
            ["aws:username"] = ["alice"],
            ["aws:UserAgent"] = ["client-1"],
            ["aws:SourceIp"] = ["198.51.100.7"],
        });

    private static void Must(bool good)
    {
        if (!good)
        {
            throw new InvalidOperationException("What is measured here does not work.");
        }
    }
}
