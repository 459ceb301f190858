using System.Text;
using System.Text.Json;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>
/// What a signature adds: GetOpenIdTokenForDeveloperIdentity of a known user and identity, signed, beside GetOpenIdToken of a guest,
/// which is not. Both load one identity and sign one token, with an elliptic curve, so that the signature of the call shows.
/// </summary>
internal static class SignedRows
{
    private const string Operation = "GetOpenIdTokenForDeveloperIdentity";
    private const int Developers = 500;

    public static async Task<IEnumerable<Row>> OfAsync(Stage stage, Sides sides)
    {
        var party = stage.Es256;
        var bodies = new List<string>();
        for (var number = 0; number < Developers; number++)
        {
            var logins = new Dictionary<string, string> { [Population.DeveloperProvider] = $"developer-{number}" };
            var user = await Population.OkAsync(party.Server.Client, Operation, new { IdentityPoolId = party.People.Pool, Logins = logins });
            bodies.Add(JsonSerializer.Serialize(
                new { IdentityPoolId = party.People.Pool, IdentityId = user["IdentityId"], Logins = logins }));
        }

        var signed = sides.Signed("GetOpenIdTokenForDeveloperIdentity signed ES256", party, () => Sign(party.Server.Url, bodies));
        var unsigned = await sides.GuestTokensAsync("GetOpenIdToken guest ES256 again", party);
        return [new("a signed call", signed, unsigned, Goal.AddsAtMost(25))];
    }

    /// <summary>As AWS SDKs sign. A signature is good for five minutes.</summary>
    private static IEnumerable<string> Sign(Uri server, IEnumerable<string> bodies)
    {
        var signer = new SigV4Signer(Replica.AccessKeyId, Replica.SecretAccessKey, "us-east-1", "cognito-identity");
        var now = TimeProvider.System.GetUtcNow();
        (string Name, string Value)[] headers =
        [
            ("Content-Type", HttpText.JsonType), ("Host", server.Authority), ("X-Amz-Date", SigV4Signer.Stamp(now)),
            ("X-Amz-Target", $"AWSCognitoIdentityService.{Operation}"),
        ];
        return bodies.Select(body => HttpText.Call(
            server, "/", Operation, body,
            ("X-Amz-Date", SigV4Signer.Stamp(now)),
            ("Authorization", signer.Authorization("POST", "/", "", headers, Encoding.UTF8.GetBytes(body), now))));
    }
}
