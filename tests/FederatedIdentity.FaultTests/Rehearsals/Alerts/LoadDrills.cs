using Npgsql;

namespace FederatedIdentity.FaultTests.Rehearsals.Alerts;

/// <summary>More is asked than is given.</summary>
internal static class LoadDrills
{
    private const int Many = 200;
    private const string LimitTag = "federated-identity:rate-limit";

    /// <summary>One of the replicas has fewer connections than places, against all advice.</summary>
    public static AlertDrill SlowDatabase { get; } = new(
        "many users while PostgreSQL is slow to reach, and one replica has too few connections",
        [
            "FederatedIdentitySlowAnswers", "FederatedIdentityCallsQueue", "FederatedIdentityCallsRefused",
            "FederatedIdentityDatabasePoolExhausted",
        ],
        async bed =>
        {
            var few = new NpgsqlConnectionStringBuilder(bed.Deployment.Replicas[2].ConnectionString) { MaxPoolSize = 4 };
            await bed.ChangeAsync(2, ("ConnectionStrings__Postgres", few.ConnectionString));
            await PostgresFaults.Latency.BeginAsync(bed.Deployment);
            bed.Others = bed.Gather(Many);
        },
        async bed =>
        {
            await bed.SendHomeAsync();
            await PostgresFaults.Latency.EndAsync(bed.Deployment);
            await bed.RestoreAsync(2);
        });

    public static AlertDrill RateLimit { get; } = new(
        "a pool has a limit that is too low for its users",
        ["FederatedIdentityRateLimitsRefuseMuch"],
        bed => CallAsync(bed, "TagResource", new
        {
            ResourceArn = Arn(bed), Tags = new Dictionary<string, string> { [LimitTag] = "1" },
        }),
        bed => CallAsync(bed, "UntagResource", new { ResourceArn = Arn(bed), TagKeys = new[] { LimitTag } }));

    private static string Arn(AlertBed bed) =>
        $"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{bed.Deployment.Stage.IdentityPoolId}";

    private static async Task CallAsync(AlertBed bed, string operation, object input)
    {
        var answer = await bed.Client.CallAsync(operation, input);
        Assert.True(answer.Ok, answer.Text);
    }
}
