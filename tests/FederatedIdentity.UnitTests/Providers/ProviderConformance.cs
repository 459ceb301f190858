using System.Text.Json.Nodes;
using FederatedIdentity.Domain;
using FederatedIdentity.Domain.Identities;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers;
using Microsoft.AspNetCore.Http;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>What every provider of ID tokens owes, whatever its quirks. Row ids are those of the product's attack list.</summary>
public abstract partial class ProviderConformance : IAsyncLifetime
{
    private protected ProviderRig Rig { get; private set; } = null!;

    private protected MintKey Key { get; } = MintKey.Rsa();

    private protected abstract ILoginProvider Provider { get; }

    private protected abstract string LoginKey { get; }

    private protected abstract string Issuer { get; }

    private protected abstract string ClientId { get; }

    private protected abstract Pool Pool { get; }

    private protected abstract IEnumerable<Pool> PoolsWithoutClientId { get; }

    private protected abstract string ExpectedAmr { get; }

    /// <summary>What this provider's tokens carry beyond the claims of every ID token.</summary>
    private protected virtual JsonObject OwnClaims => [];

    /// <summary>A pool without this provider.</summary>
    private protected static Pool OtherPool { get; } =
        ProviderRig.PoolOf(new Dictionary<string, string> { ["www.amazon.com"] = "amzn1.application.1" });

    public async Task InitializeAsync()
    {
        Rig = await ProviderRig.StartAsync();
        Rig.Stub.Issuer = Issuer;
    }

    public async Task DisposeAsync() => await Rig.DisposeAsync();

    [Fact]
    public async Task A_good_token_names_its_user()
    {
        var verified = Assert.IsType<LoginVerdict.Verified>(await VerifyAsync(Key.Token(Claims())));

        Assert.Equal(new Login(LoginKind.Public, LoginKey, "user-1"), verified.Login);
        Assert.Equal("user-1@example.com", verified.Claims["email"]!.Value.GetString());
        Assert.Equal(ExpectedAmr, verified.Amr);
    }

    [Fact]
    public async Task Keys_are_fetched_once_for_many_tokens()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => Accepted(await VerifyAsync(Key.Token(Claims())))));

        Assert.Equal(1, Rig.Stub.KeyRequests);
    }

    [Fact]
    public async Task Nothing_of_a_token_reaches_the_verdict_of_a_refusal()
    {
        var token = Key.Token(Claims(claims => claims["sub"] = "secret-subject\u0001"));

        var rejected = Assert.IsType<LoginVerdict.Rejected>(await VerifyAsync(token));

        Assert.DoesNotContain("secret-subject", rejected.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task P49_a_pool_without_the_provider_refuses_it_without_a_call()
    {
        Refused(LoginSentences.UnsupportedProvider, await Provider.VerifyAsync(LoginKey, new(Key.Token(Claims())), OtherPool, default));

        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Fact]
    public async Task A_provider_that_is_down_says_nothing_about_the_token()
    {
        Rig.Stub.Keys = Answer(503);

        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(Key.Token(Claims())));
    }

    [Fact]
    public async Task K08_an_oversized_key_set_is_not_read()
    {
        var set = Rig.Stub.KeySet() + new string(' ', 2 * 1024 * 1024);
        Rig.Stub.Keys = context => StubIssuer.WriteAsync(context, set);

        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(Key.Token(Claims())));
    }

    [Fact]
    public async Task K09_a_redirect_of_the_keys_leads_nowhere()
    {
        Rig.Stub.Keys = context =>
        {
            context.Response.Redirect(Rig.Stub.Url + "/elsewhere");
            return Task.CompletedTask;
        };

        Assert.IsType<LoginVerdict.Unreachable>(await VerifyAsync(Key.Token(Claims())));
        Assert.Equal(1, Rig.Stub.KeyRequests);
        Assert.DoesNotContain("/elsewhere", Rig.Stub.Paths);
    }

    [Theory]
    [InlineData("")]
    [InlineData("client-1")]
    public async Task C10_a_pool_without_a_client_id_lets_nobody_in(string audience)
    {
        foreach (var pool in PoolsWithoutClientId)
        {
            foreach (var rule in Enum.GetValues<AudienceRule>())
            {
                Rig.Options.AudienceRule = rule;
                var token = Key.Token(Claims(claims => (claims["aud"], claims["azp"]) = (audience, audience)));

                Refused(LoginSentences.UnsupportedProvider, await Provider.VerifyAsync(LoginKey, new(token), pool, default));
            }
        }

        Assert.Equal(0, Rig.Stub.Requests);
    }

    [Fact]
    public async Task A_cancelled_caller_is_not_answered_and_leaves_the_others_alone()
    {
        var gate = new TaskCompletionSource();
        var serve = Rig.Stub.Keys;
        Rig.Stub.Keys = async context =>
        {
            await gate.Task;
            await serve(context);
        };
        using var leaving = new CancellationTokenSource();
        var first = Provider.VerifyAsync(LoginKey, new(Key.Token(Claims())), Pool, leaving.Token).AsTask();
        var second = VerifyAsync(Key.Token(Claims()));

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        gate.SetResult();

        Accepted(await second);
        Assert.Equal(1, Rig.Stub.KeyRequests);
    }


    private protected JsonObject Claims(Action<JsonObject>? change = null)
    {
        var claims = new JsonObject
        {
            ["iss"] = Issuer,
            ["sub"] = "user-1",
            ["aud"] = ClientId,
            ["iat"] = Rig.Clock.Now - 10,
            ["exp"] = Rig.Clock.Now + 3600,
            ["email"] = "user-1@example.com",
        };
        foreach (var (name, value) in OwnClaims)
        {
            claims[name] = value?.DeepClone();
        }

        change?.Invoke(claims);
        return claims;
    }

    private protected Task<LoginVerdict> VerifyAsync(string token) =>
        Provider.VerifyAsync(LoginKey, new ProviderToken(token), Pool, default).AsTask();

    private protected static void Accepted(LoginVerdict verdict) => Assert.IsType<LoginVerdict.Verified>(verdict);

    private protected static void Refused(string sentence, LoginVerdict verdict) =>
        Assert.Equal(sentence, Assert.IsType<LoginVerdict.Rejected>(verdict).Sentence);

    private protected static RequestDelegate Answer(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };
}
