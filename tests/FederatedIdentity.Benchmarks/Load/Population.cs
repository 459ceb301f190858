using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>A pool with its people: guests written straight into the database, and users whose logins came through the API.</summary>
internal sealed record Population(string Pool, string LoginKey, IReadOnlyList<string> Guests, IReadOnlyList<Population.User> Users)
{
    public const string DeveloperProvider = "login.bench";

    private const int AllGuests = 200_000;
    private const int CalledGuests = 5_000;
    private const int AllUsers = 2_000;
    private const int Callers = 8;

    /// <summary>Somebody with a login, and a token that proves it for an hour.</summary>
    public sealed record User(string Subject, string IdentityId, string Token);

    public static async Task<Population> SettleAsync(Replica server, string postgres, BenchIssuer issuer)
    {
        var key = new Uri(issuer.Url).Authority;
        var pool = (await OkAsync(server.Client, "CreateIdentityPool", new
        {
            IdentityPoolName = "bench",
            AllowUnauthenticatedIdentities = true,
            AllowClassicFlow = true,
            DeveloperProviderName = DeveloperProvider,
            OpenIdConnectProviderARNs = new[] { $"arn:aws:iam::000000000000:oidc-provider/{key}" },
        }))["IdentityPoolId"];
        await using var database = NpgsqlDataSource.Create(postgres);
        await using var insert = database.CreateCommand("""
            insert into identity (id, pool_id, state, version, created_at, modified_at)
            select 'us-east-1:' || gen_random_uuid(), $1, 0, 1, now(), now() from generate_series(1, $2)
            """);
        insert.Parameters.Add(new NpgsqlParameter<string> { TypedValue = pool });
        insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = AllGuests });
        insert.CommandTimeout = 0;
        await insert.ExecuteNonQueryAsync();
        var users = await RegisterAsync(server.Client, pool, key, issuer);
        foreach (var sql in new[] { "vacuum analyze", "checkpoint" })
        {
            await using var settle = database.CreateCommand(sql);
            await settle.ExecuteNonQueryAsync();
        }

        return new Population(pool, key, await GuestsAsync(database), users);
    }

    public static async Task<WireAnswer> OkAsync(WireClient client, string operation, object input)
    {
        var answer = await client.CallAsync(operation, input);
        WireClient.Exchanges.Clear(); // Nobody here asks what was said.
        return answer.Ok ? answer : throw new InvalidOperationException($"{operation}: {answer.Text}");
    }

    private static async Task<User[]> RegisterAsync(WireClient client, string pool, string key, BenchIssuer issuer)
    {
        var users = new User[AllUsers];
        await Parallel.ForAsync(0, AllUsers, new ParallelOptions { MaxDegreeOfParallelism = Callers }, async (index, _) =>
        {
            var (subject, token) = ($"user-{index}", issuer.RsaToken($"user-{index}"));
            var answer = await OkAsync(
                client, "GetId", new { IdentityPoolId = pool, Logins = new Dictionary<string, string> { [key] = token } });
            users[index] = new User(subject, answer["IdentityId"], token);
        });
        return users;
    }

    private static async Task<List<string>> GuestsAsync(NpgsqlDataSource database)
    {
        await using var some = database.CreateCommand("select id from identity where state = 0 order by random() limit $1");
        some.Parameters.Add(new NpgsqlParameter<int> { TypedValue = CalledGuests });
        await using var rows = await some.ExecuteReaderAsync();
        var guests = new List<string>();
        while (await rows.ReadAsync())
        {
            guests.Add(rows.GetString(0));
        }

        return guests;
    }
}
