using FederatedIdentity.Tests.Shared;
using Npgsql;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>
/// Six callers create, link, merge, unlink and delete in one pool at the same time, each by a random sequence of its own. Whatever
/// they meet, some things stay true.
/// </summary>
[Collection(nameof(WireTests))]
public sealed class InvariantWalkTests(ServerFixture server)
{
    private const int Callers = 6;
    private const int Operations = 200;
    private const int Users = 5;

    private static readonly string[] Refusals =
    [
        "NotAuthorizedException", "ResourceConflictException", "ResourceNotFoundException", "DeveloperUserAlreadyRegisteredException",
        "InvalidIdentityPoolConfigurationException", "InvalidParameterException",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_six_callers_do_at_once_the_invariants_hold(int seed)
    {
        var pool = await server.DeveloperPoolAsync();
        var walk = new Walk(server, pool, await TokensAsync());

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller =>
            walk.RunAsync(new Random((seed * 100) + caller), Operations / Callers)));

        Assert.Empty(walk.Faults);
        var (owners, alive, doubled) = await StateAsync(pool);
        Assert.Empty(doubled);
        Assert.Empty(walk.Journal.Risen());
        Assert.Empty(walk.Journal.Lost(owners, alive));
        foreach (var (login, owner) in owners.Where(entry => entry.Key.StartsWith("dev ", StringComparison.Ordinal)))
        {
            Assert.Equal(owner, await server.DeveloperIdAsync(pool, login["dev ".Length..]));
        }
    }

    /// <summary>Logins maps by login, such as "one 3" for user 3 of the first provider.</summary>
    private async Task<Dictionary<string, Dictionary<string, string>>> TokensAsync()
    {
        var tokens = new Dictionary<string, Dictionary<string, string>>();
        for (var user = 0; user < Users; user++)
        {
            tokens[$"one {user}"] = new() { [server.Oidc.LoginKey] = await server.Oidc.TokenAsync($"{user}") };
            tokens[$"two {user}"] = new() { [server.OtherOidc.LoginKey] = await server.OtherOidc.TokenAsync($"{user}") };
        }

        return tokens;
    }

    /// <summary>Who owns which login, which identities are not disabled, and those with two users of one public provider.</summary>
    private async Task<(Dictionary<string, string> Owners, HashSet<string> Alive, List<string> Doubled)> StateAsync(string pool)
    {
        var names = new Dictionary<string, string>
        {
            [Developer] = "dev",
            [server.Oidc.LoginKey] = "one",
            [server.OtherOidc.LoginKey] = "two",
        };
        await using var connection = new NpgsqlConnection(server.Database.ConnectionString);
        await connection.OpenAsync();
        var logins = await RowsAsync(connection, $"select provider || ' ' || subject, identity_id from login where pool_id = '{pool}'");
        var states = await RowsAsync(connection, $"select id, state::text from identity where pool_id = '{pool}'");
        var doubled = await RowsAsync(
            connection,
            $"""
            select identity_id, provider from login where pool_id = '{pool}' and kind = 0 group by identity_id, provider having count(*) > 1
            union all
            select i.id, 'logins of a disabled one' from identity i
            join login l on l.identity_id = i.id
            where i.pool_id = '{pool}' and i.state = 2
            union all
            select i.id, 'authenticated without logins' from identity i
            where i.pool_id = '{pool}' and i.state = 1 and not exists (select from login l where l.identity_id = i.id)
            """);
        return (
            logins.ToDictionary(row => $"{names[row.First.Split(' ')[0]]} {row.First.Split(' ')[1]}", row => row.Second),
            [.. states.Where(row => row.Second != "2").Select(row => row.First)],
            [.. doubled.Select(row => $"{row.First} {row.Second}")]);
    }

    private static async Task<List<(string First, string Second)>> RowsAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<(string, string)>();
        while (await reader.ReadAsync())
        {
            rows.Add((reader.GetString(0), reader.GetString(1)));
        }

        return rows;
    }

    /// <summary>
    /// One walk through one pool. Developer users "keep-…" are linked and merged but never unlinked, those called "gone-…" live on
    /// identities that are deleted and are never merged.
    /// </summary>
    private sealed class Walk(ServerFixture server, string pool, Dictionary<string, Dictionary<string, string>> tokens)
    {
        private readonly List<string> _known = [];

        public WalkJournal Journal { get; } = new();

        public List<string> Faults { get; } = [];

        public async Task RunAsync(Random random, int operations)
        {
            for (var count = 0; count < operations; count++)
            {
                await (random.Next(10) switch
                {
                    0 or 1 => LogInAsync(random),
                    2 => LogInWithTwoAsync(random),
                    3 => LinkToKnownAsync(random),
                    4 or 5 => DeveloperAsync(random),
                    6 => MergeAsync(random),
                    7 => UnlinkDeveloperAsync(random),
                    8 => UnlinkPublicAsync(random),
                    _ => DeleteAsync(random),
                });
            }
        }

        private Task LogInAsync(Random random) => GetIdAsync(PublicLogin(random));

        private Task LogInWithTwoAsync(Random random) => GetIdAsync($"one {random.Next(Users)}", $"two {random.Next(Users)}");

        private Task GetIdAsync(params string[] logins) =>
            UseAsync("GetId", new { IdentityPoolId = pool, Logins = Proof(logins) }, null, logins);

        private async Task LinkToKnownAsync(Random random)
        {
            var login = PublicLogin(random);
            if (random.Next(3) == 0)
            {
                var guest = await server.GuestAsync(pool);
                await UseAsync("GetOpenIdToken", new { IdentityId = guest, Logins = Proof(login) }, guest, login);
            }
            else if (Known(random) is { } known)
            {
                await UseAsync("GetOpenIdToken", new { IdentityId = known, Logins = Proof(login) }, known, login);
            }
        }

        private async Task DeveloperAsync(Random random)
        {
            var user = random.Next(3) switch { 0 => "keep-", 1 => "gone-", _ => "user-" } + random.Next(Users);
            var known = random.Next(2) == 0 || user[0] == 'g' ? null : Known(random);
            string[] beside = user[0] == 'g' || random.Next(2) == 0 ? [] : [PublicLogin(random)];
            var logins = new Dictionary<string, string>(Proof(beside)) { [Developer] = user };
            await UseAsync(
                "GetOpenIdTokenForDeveloperIdentity",
                new { IdentityPoolId = pool, IdentityId = known, Logins = logins },
                known,
                [.. beside, $"dev {user}"]);
        }

        private async Task MergeAsync(Random random)
        {
            var (source, destination) = (Mergeable(random), Mergeable(random));
            var started = Journal.Tick();
            var answer = await server.MergeAsync(pool, source, destination);
            Note(answer, null, started, $"dev {source}", $"dev {destination}");
        }

        private async Task UnlinkDeveloperAsync(Random random)
        {
            var user = $"user-{random.Next(Users)}";
            if (Known(random) is { } known)
            {
                Note(await server.UnlinkDeveloperAsync(pool, known, user), known, 0);
                Journal.Removed($"dev {user}");
            }
        }

        private async Task UnlinkPublicAsync(Random random)
        {
            var login = PublicLogin(random);
            var proof = Proof(login);
            var owner = await server.Client.CallAsync("GetId", new { IdentityPoolId = pool, Logins = proof });
            if (owner.Ok)
            {
                var id = owner["IdentityId"];
                var input = new { IdentityId = id, Logins = proof, LoginsToRemove = proof.Keys };
                Note(await server.Client.CallAsync("UnlinkIdentity", input), id, 0);
                Journal.Removed(login);
            }
        }

        private async Task DeleteAsync(Random random)
        {
            var user = $"gone-{random.Next(Users)}";
            var found = await server.Client.CallAsync(
                "LookupDeveloperIdentity", new { IdentityPoolId = pool, DeveloperUserIdentifier = user });
            if (found.Ok)
            {
                var id = found["IdentityId"];
                Note(await server.Client.CallAsync("DeleteIdentities", new { IdentityIdsToDelete = new[] { id } }), null, 0);
                Journal.Removed($"dev {user}");
                Journal.Dead(id);
            }
        }

        private async Task UseAsync(string operation, object input, string? given, params string[] logins)
        {
            var started = Journal.Tick();
            Note(await server.Client.CallAsync(operation, input), given, started, logins);
        }

        private void Note(WireAnswer answer, string? given, long started, params string[] logins)
        {
            if (!answer.Ok && !Refusals.Contains(answer.Error))
            {
                lock (Faults)
                {
                    Faults.Add(answer.Text);
                }
            }
            else if (!answer.Ok && given is not null && answer.Message == $"Access to Identity '{given}' is forbidden.")
            {
                Journal.Dead(given); // Every call here presents a login, so nothing else is forbidden.
            }
            else if (answer.Ok && logins.Length > 0)
            {
                Journal.Owns(answer["IdentityId"], started, logins);
                lock (_known)
                {
                    if (!logins.Any(login => login.StartsWith("dev gone-", StringComparison.Ordinal)))
                    {
                        _known.Add(answer["IdentityId"]);
                    }
                }
            }
        }

        private Dictionary<string, string> Proof(params string[] logins) => logins.SelectMany(login => tokens[login]).ToDictionary();

        private string? Known(Random random)
        {
            lock (_known)
            {
                return _known.Count == 0 ? null : _known[random.Next(_known.Count)];
            }
        }

        private static string PublicLogin(Random random) => (random.Next(2) == 0 ? "one " : "two ") + random.Next(Users);

        private static string Mergeable(Random random) => (random.Next(2) == 0 ? "keep-" : "user-") + random.Next(Users);
    }
}
