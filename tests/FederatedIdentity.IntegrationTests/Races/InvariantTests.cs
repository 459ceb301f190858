using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using FederatedIdentity.Tests.Shared;
using Xunit.Abstractions;

namespace FederatedIdentity.IntegrationTests.Races;

/// <summary>
/// A random walk of eight callers over two servers. The seed of a failed walk is in its output; FEDERATED_IDENTITY_TEST_SEED walks the
/// same operations again (not the same interleaving).
/// </summary>
[Collection(nameof(RaceTests))]
public sealed class InvariantTests(ReplicasFixture servers, ITestOutputHelper output)
{
    private const int Callers = 8;
    private const int OperationsEach = 25;
    private const int Providers = 3;
    private const int Users = 6;

    private readonly ConcurrentQueue<(string Identity, string[] Logins)> _acknowledged = [];
    private readonly ConcurrentQueue<(string Identity, string[] Logins, long Sent)> _answers = [];
    private readonly ConcurrentDictionary<string, long> _disabledSince = [];
    private readonly ConcurrentDictionary<string, bool> _identities = [];
    private readonly ConcurrentDictionary<string, int> _outcomes = [];
    private string _pool = "";
    private string[] _keys = [];
    private readonly string[,] _tokens = new string[Providers, Users];
    private long _clock;

    [Fact]
    public async Task Whatever_happens_at_once_the_promises_hold()
    {
        var seed = Environment.GetEnvironmentVariable("FEDERATED_IDENTITY_TEST_SEED") is { Length: > 0 } given
            ? int.Parse(given, CultureInfo.InvariantCulture)
            : RandomNumberGenerator.GetInt32(int.MaxValue);
        output.WriteLine($"FEDERATED_IDENTITY_TEST_SEED={seed}");
        await PrepareAsync();

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => WalkAsync(caller, new Random(seed + caller))));

        output.WriteLine(string.Join(", ", _outcomes.OrderBy(outcome => outcome.Key).Select(outcome => $"{outcome.Key}: {outcome.Value}")));
        Assert.All(_answers, answer => Assert.False(
            _disabledSince.TryGetValue(answer.Identity, out var since) && answer.Sent > since,
            $"{answer.Identity} was disabled and worked again."));
        await AssertNothingIsHalfWrittenAsync();
        await AssertAcknowledgedIsThereAsync();
    }

    private async Task PrepareAsync()
    {
        _pool = await servers.PoolAsync();
        for (var provider = 0; provider < Providers; provider++)
        {
            for (var user = 0; user < Users; user++)
            {
                var login = Assert.Single(await servers.LoginsAsync((provider, $"u{user}")));
                _keys = [.. _keys.Append(login.Key).Distinct()];
                _tokens[provider, user] = login.Value;
            }
        }
    }

    private async Task WalkAsync(int caller, Random random)
    {
        for (var operation = 0; operation < OperationsEach; operation++)
        {
            var logins = RandomLogins(random);
            var known = _identities.Keys.Order(StringComparer.Ordinal).ToArray();
            var dice = random.Next(100);
            if (dice < 8)
            {
                await ToggleGuestsAsync(random.Next(Callers), random.Next(3) > 0);
            }
            else if (dice < 55 || known.Length == 0)
            {
                await UseAsync(random.Next(Callers), "GetId", null, logins);
            }
            else
            {
                var identity = known[random.Next(known.Length)];
                await UseAsync(caller, "GetOpenIdToken", identity, random.Next(3) > 0 ? Proving(identity, logins) : logins);
            }
        }
    }

    /// <summary>Of every provider one user or none; the first users are picked more often, so that callers meet.</summary>
    private static (int Provider, int User)[] RandomLogins(Random random) =>
        [.. Enumerable.Range(0, Providers).Where(_ => random.Next(2) == 0)
            .Select(provider => (provider, Math.Min(random.Next(Users), random.Next(Users))))];

    /// <summary>The logins, with one that the identity is known to have in the place of the same provider's: else most would not match.</summary>
    private (int Provider, int User)[] Proving(string identity, (int Provider, int User)[] logins)
    {
        var last = _acknowledged.LastOrDefault(answer => answer.Identity == identity && answer.Logins.Length > 0);
        if (last.Logins is not { } own)
        {
            return logins;
        }

        var proof = (Provider: own[0][0] - '0', User: own[0][1] - '0');
        return [.. logins.Where(login => login.Provider != proof.Provider), proof];
    }

    private async Task ToggleGuestsAsync(int caller, bool guests)
    {
        var answer = await servers.CallAsync(caller, "UpdateIdentityPool", new
        {
            IdentityPoolId = _pool,
            IdentityPoolName = "walk",
            AllowUnauthenticatedIdentities = guests,
            OpenIdConnectProviderARNs = servers.ProviderArns,
        });
        Count("UpdateIdentityPool", answer);
        Assert.True(answer.Error is "" or "ConcurrentModificationException", answer.Text);
    }

    private async Task UseAsync(int caller, string operation, string? given, (int Provider, int User)[] users)
    {
        var logins = users.ToDictionary(login => _keys[login.Provider], login => _tokens[login.Provider, login.User]);
        object input = given is null ? new { IdentityPoolId = _pool, Logins = logins } : new { IdentityId = given, Logins = logins };
        var sent = Interlocked.Increment(ref _clock);
        var answer = await servers.CallAsync(caller, operation, input);
        var received = Interlocked.Increment(ref _clock);
        Count(operation, answer);
        if (answer.Ok)
        {
            string[] names = [.. users.Select(Name)];
            _identities[answer["IdentityId"]] = true;
            _answers.Enqueue((answer["IdentityId"], names, sent));
            _acknowledged.Enqueue((answer["IdentityId"], names));
        }
        else if (users.Length > 0 && answer.Message == $"Access to Identity '{given}' is forbidden.")
        {
            // With a login in hand, only a disabled identity is forbidden.
            _disabledSince.AddOrUpdate(given!, received, (_, since) => Math.Min(since, received));
        }
        else
        {
            Assert.Contains(answer.Error, new[] { "NotAuthorizedException", "ResourceConflictException" });
        }
    }

    private async Task AssertNothingIsHalfWrittenAsync()
    {
        Assert.Equal(0, await servers.Database.CountAsync(
            $"login l join identity i on i.id = l.identity_id where i.pool_id = '{_pool}' and i.state <> 1"));
        Assert.Equal(0, await servers.Database.CountAsync(
            $"identity i where pool_id = '{_pool}' and state = 1 and not exists (select from login l where l.identity_id = i.id)"));
        Assert.Equal(0, await servers.Database.CountAsync(
            $"(select from login where pool_id = '{_pool}' group by identity_id, provider having count(*) > 1) as twice"));
    }

    private async Task AssertAcknowledgedIsThereAsync()
    {
        var owners = new Dictionary<string, string>();
        foreach (var login in _acknowledged.SelectMany(answer => answer.Logins).Distinct())
        {
            var (provider, user) = (login[0] - '0', login[1] - '0');
            owners[login] = await servers.IdentityAsync(_pool, new() { [_keys[provider]] = _tokens[provider, user] });
        }

        foreach (var (identity, logins) in _acknowledged)
        {
            Assert.Equal(1, await servers.Database.CountAsync($"identity where id = '{identity}'"));
            if (logins.Length == 0)
            {
                continue;
            }

            // Merges move all logins of an identity together, so what was once together still is.
            var owner = Assert.Single(logins.Select(login => owners[login]).Distinct());
            Assert.True(
                owner == identity || await servers.Database.CountAsync($"identity where id = '{identity}' and state = 2") == 1,
                $"{identity} was acknowledged for {string.Join(' ', logins)}, now {owner}'s, and is not disabled.");
        }
    }

    private static string Name((int Provider, int User) login) => $"{login.Provider}{login.User}";

    private void Count(string operation, WireAnswer answer)
    {
        Assert.True(answer.Status < 500, answer.Text);
        _outcomes.AddOrUpdate($"{operation} {(answer.Ok ? "OK" : answer.Error)}", 1, (_, count) => count + 1);
    }
}
