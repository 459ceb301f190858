using FederatedIdentity.Domain.Policies;

namespace FederatedIdentity.Benchmarks;

/// <summary>
/// A policy of 20 statements, each of which gets as far as its conditions, and half of which hold a variable; and two requests, of which
/// the last statement allows one and nothing the other.
/// </summary>
internal static class PolicySample
{
    private const int Statements = 20;
    private const string Account = "111122223333";

    public static string Json { get; } = Write();

    public static PolicyRequest Allowed { get; } = Request("arn:aws:s3:::bucket-19/home/alice/photo.jpg");

    public static PolicyRequest Denied { get; } = Request("arn:aws:s3:::bucket-none/home/alice/photo.jpg");

    public static PolicyDocument Parse() => PolicyDocument.TryParse(Json, PolicyKind.Identity, out var policy, out var fault)
        ? policy
        : throw new InvalidOperationException(fault.ToString());

    private static string Write()
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
        return $$"""{"Version":"2012-10-17","Statement":[{{string.Join(',', statements)}}]}""";
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
}
