using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>Hostile Logins maps through the whole server: refused as a whole, without a trace in database or answer.</summary>
[Collection(nameof(WireTests))]
public sealed class LoginAttackTests(ServerFixture server)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task P47_one_bad_login_fails_the_call_and_nothing_is_linked(bool badOneFirst)
    {
        var pool = await server.DeveloperPoolAsync();
        var guest = await server.GuestAsync(pool);
        var logins = await server.BothLoginsAsync("both", "both");
        var bad = badOneFirst ? server.Oidc.LoginKey : server.OtherOidc.LoginKey;
        logins[bad] = WithForeignSignature(logins[bad]);

        foreach (var answer in new[]
        {
            await GetIdAsync(pool, logins),
            await server.Client.CallAsync("GetOpenIdToken", new { IdentityId = guest, Logins = logins }),
            await server.Client.CallAsync("GetCredentialsForIdentity", new { IdentityId = guest, Logins = logins }),
        })
        {
            AssertRefused("NotAuthorizedException", "Invalid login token. Couldn't verify signed token.", answer);
            Answers.IsSilentAbout(logins[bad], answer);
        }

        Assert.Empty(await server.ProvidersAsync(guest));
        Assert.Equal([guest], await IdentitiesAsync(pool));
    }

    [Theory]
    [InlineData("https://{0}")]
    [InlineData("http://{0}")]
    [InlineData("{0}/")]
    [InlineData("{0}?x=1")]
    [InlineData(" {0}")]
    [InlineData("{0}\n")]
    [InlineData("arn:aws:iam::000000000000:oidc-provider/{0}")]
    [InlineData("arn:aws:iam::210987654321:oidc-provider/{0}")]
    [InlineData("Graph.Facebook.com")]
    [InlineData("graph.facebook.com ")]
    [InlineData("gr\u0430ph.facebook.com")] // A Cyrillic a.
    [InlineData("")]
    public async Task P42_P48_a_key_that_is_not_the_providers_to_the_letter_lets_nobody_in(string key)
    {
        var pool = await server.PoolAsync(new
        {
            OpenIdConnectProviderARNs = new[] { server.Oidc.Arn },
            SupportedLoginProviders = new Dictionary<string, string> { ["graph.facebook.com"] = "7346241598935552" },
        });
        var token = await server.Oidc.TokenAsync("somebody");

        var answer = await GetIdAsync(pool, new() { [string.Format(null, key, server.Oidc.LoginKey)] = token });

        Answers.IsError(key.Length == 0 ? "ValidationException" : "NotAuthorizedException", answer);
        Answers.IsSilentAbout(token, answer);
        Assert.Empty(await IdentitiesAsync(pool));
    }

    [Fact]
    public async Task P48_a_key_has_at_most_128_characters()
    {
        var (pool, token) = (await server.OidcPoolAsync(), await server.Oidc.TokenAsync("somebody"));

        AssertRefused(
            "NotAuthorizedException",
            "Invalid login token. Issuer doesn't match providerName",
            await GetIdAsync(pool, new() { [new string('k', 128)] = token }));
        var refused = Answers.IsError("ValidationException", await GetIdAsync(pool, new() { [new string('k', 129)] = token }));
        Assert.Contains("Map keys must satisfy constraint", refused.Message, StringComparison.Ordinal);
        Answers.IsSilentAbout(token, refused);
    }

    [Fact]
    public async Task J01_an_empty_token_breaks_the_models_constraint()
    {
        var answer = await GetIdAsync(await server.OidcPoolAsync(), new() { [server.Oidc.LoginKey] = "" });

        Assert.Equal(
            "1 validation error detected: Value at 'logins' failed to satisfy constraint: Map value must satisfy constraint: "
            + "[Member must have length less than or equal to 50000, Member must have length greater than or equal to 1]",
            Answers.IsError("ValidationException", answer).Message);
    }

    [Fact]
    public async Task C01_a_token_of_one_provider_under_anothers_key_is_refused()
    {
        var pool = await server.DeveloperPoolAsync();
        var token = await server.OtherOidc.TokenAsync("crossed");

        AssertRefused(
            "NotAuthorizedException",
            "Invalid login token. Issuer doesn't match providerName",
            await GetIdAsync(pool, new() { [server.Oidc.LoginKey] = token }));
        Assert.Empty(await IdentitiesAsync(pool));
    }

    [Fact]
    public async Task P49_a_provider_of_another_pool_vouches_for_nobody_here()
    {
        var (pool, other) = (await server.OidcPoolAsync(), await server.DeveloperPoolAsync());
        var login = new Dictionary<string, string> { [server.OtherOidc.LoginKey] = await server.OtherOidc.TokenAsync("elsewhere") };

        AssertRefused(
            "NotAuthorizedException", "Token is not from a supported provider of this identity pool.", await GetIdAsync(pool, login));
        Assert.Empty(await IdentitiesAsync(pool));
        Assert.True((await GetIdAsync(other, login)).Ok);
    }

    [Theory]
    [InlineData("""{"SupportedLoginProviders":{"accounts.google.com":""}}""", "ValidationException")]
    [InlineData("""{"SupportedLoginProviders":{"graph.facebook.com":null}}""", "ValidationException")]
    [InlineData("""{"CognitoIdentityProviders":[{"ProviderName":"cognito-idp.us-east-1.amazonaws.com/us-east-1_A"}]}""", "InvalidParameterException")]
    [InlineData("""{"CognitoIdentityProviders":[{"ProviderName":"cognito-idp.us-east-1.amazonaws.com/us-east-1_A","ClientId":""}]}""", "ValidationException")]
    public async Task C10_a_provider_without_a_client_id_is_not_configured_at_all(string members, string error)
    {
        var input = JsonNode.Parse(members)!.AsObject();
        (input["IdentityPoolName"], input["AllowUnauthenticatedIdentities"]) = ("p", false);

        Answers.IsError(error, await server.Client.CallAsync("CreateIdentityPool", input));
    }

    private static string WithForeignSignature(string token)
    {
        var parts = token.Split('.');
        var middle = parts[2].Length / 2;
        return $"{parts[0]}.{parts[1]}.{parts[2][..middle]}{(parts[2][middle] == 'A' ? 'B' : 'A')}{parts[2][(middle + 1)..]}";
    }

    private Task<WireAnswer> GetIdAsync(string pool, Dictionary<string, string> logins) =>
        server.Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = logins });

    private async Task<string[]> IdentitiesAsync(string pool)
    {
        var answer = await server.Client.CallAsync("ListIdentities", new { IdentityPoolId = pool, MaxResults = 60 });
        return [.. answer.Body["Identities"]!.AsArray().Select(identity => identity!["IdentityId"]!.GetValue<string>())];
    }
}
