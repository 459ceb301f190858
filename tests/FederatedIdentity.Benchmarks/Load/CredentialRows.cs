using System.Text.Json;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>GetCredentialsForIdentity with the built-in STS beside GetOpenIdToken, on the same server.</summary>
internal static class CredentialRows
{
    private const string Role = "bench";

    public static async Task<IEnumerable<Row>> OfAsync(Stage stage, Sides sides)
    {
        var party = stage.Rs512;
        await GiveRoleAsync(party);
        var credentials = await sides.OfAsync("GetCredentialsForIdentity guest", party, party.People.GuestCredentials(party.Server.Url));
        var token = await sides.GuestTokensAsync("GetOpenIdToken guest RS512 again", party);
        return [new("GetCredentialsForIdentity guest", credentials, token, Goal.CpuAtMost(1.30))];
    }

    /// <summary>To the pool's guests.</summary>
    public static async Task GiveRoleAsync(Party party)
    {
        await CreateRoleAsync(party.Server, party.People.Pool);
        await Population.OkAsync(party.Server.Client, "SetIdentityPoolRoles", new
        {
            IdentityPoolId = party.People.Pool, Roles = new { unauthenticated = $"arn:aws:iam::000000000000:role/{Role}" },
        });
    }

    private static async Task CreateRoleAsync(Replica server, string pool)
    {
        var trust = JsonSerializer.Serialize(new
        {
            Version = "2012-10-17",
            Statement = new
            {
                Effect = "Allow",
                Principal = new { Federated = "cognito-identity.amazonaws.com" },
                Action = "sts:AssumeRoleWithWebIdentity",
                Condition = new { StringEquals = new Dictionary<string, string> { ["cognito-identity.amazonaws.com:aud"] = pool } },
            },
        });
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["Action"] = "CreateRole", ["Version"] = "2010-05-08", ["RoleName"] = Role, ["AssumeRolePolicyDocument"] = trust,
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url) { Content = form };
        var signer = new SigV4Signer(Replica.AccessKeyId, Replica.SecretAccessKey, "us-east-1", "iam");
        await signer.SignAsync(request, TimeProvider.System.GetUtcNow(), CancellationToken.None);
        using var answer = await server.Client.Http.SendAsync(request);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"CreateRole: {await answer.Content.ReadAsStringAsync()}");
        }
    }
}
