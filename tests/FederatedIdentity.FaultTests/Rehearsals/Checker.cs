using Npgsql;

namespace FederatedIdentity.FaultTests.Rehearsals;

/// <summary>
/// Proves from the database and through every replica that what was acknowledged is so: no login has two owners, no identity or link is
/// lost, nothing is half written, and every token verifies. It reads while nobody writes.
/// </summary>
internal sealed class Checker(Deployment deployment, Journal journal, TokenVerifier verifier)
{
    private const int Asked = 30;

    private const string HalfWritten = """
        select 'login of identity ' || l.identity_id || ', which is not authenticated'
        from login l left join identity i on i.id = l.identity_id where i.state is distinct from 1
        union all
        select 'identity ' || i.id || ' is authenticated without a login'
        from identity i where i.state = 1 and not exists (select from login l where l.identity_id = i.id)
        union all
        select 'login ' || provider || ' ' || subject || ' is there ' || count(*) || ' times'
        from login group by pool_id, kind, provider, subject having count(*) > 1
        """;

    private readonly List<string> _violations = [.. journal.Violations];

    public async Task<IReadOnlyCollection<string>> CheckAsync()
    {
        await using var database = NpgsqlDataSource.Create(deployment.Postgres.ConnectionString);
        await using (var halfWritten = database.CreateCommand(HalfWritten))
        {
            _violations.AddRange((await ReadAsync(halfWritten)).Keys);
        }

        await using var owners = database.CreateCommand("select provider || ' ' || subject, identity_id from login");
        Compare("login", journal.Owners, await ReadAsync(owners), absent: Journal.Nobody);
        await using var states = database.CreateCommand(
            $"select id, (array['{Journal.Guest}', '{Journal.Authenticated}', '{Journal.Disabled}'])[state + 1] from identity");
        Compare("identity", journal.States, await ReadAsync(states), absent: "lost");
        await AskReplicasAsync();
        await VerifyTokensAsync();
        return _violations;
    }

    private void Compare(string what, Facts facts, Dictionary<string, string> actual, string absent)
    {
        foreach (var (key, possible) in facts.All)
        {
            var found = actual.GetValueOrDefault(key, absent);
            if (!possible.Contains(found))
            {
                _violations.Add($"{what} {key} is {found}, and was acknowledged as {string.Join(" or ", possible)}");
            }
        }
    }

    private async Task AskReplicasAsync()
    {
        var random = new Random(journal.Owners.Count);
        foreach (var replica in deployment.Replicas)
        {
            using var client = replica.Client();
            for (var user = 0; user < Asked; user++)
            {
                if (journal.Known(random) is not { } known)
                {
                    return;
                }

                var answer = await client.CallAsync(
                    "GetId", new { deployment.Stage.IdentityPoolId, Logins = known.Proof() });
                if (!answer.Ok)
                {
                    _violations.Add($"login {known.Login} was refused in calm: {answer.Text}");
                }
                else
                {
                    journal.Owns(known, answer["IdentityId"]);
                }
            }
        }

        _violations.AddRange(journal.Violations.Except(_violations).ToArray());
    }

    /// <summary>Whoever has read the keys long ago and whoever reads them now come to the same.</summary>
    private async Task VerifyTokensAsync()
    {
        using var stranger = deployment.Verifier();
        await stranger.ReadAsync();
        foreach (var (token, identity) in journal.Tokens)
        {
            foreach (var fault in new[] { await verifier.FaultAsync(token, identity), await stranger.FaultAsync(token, identity) })
            {
                if (fault is not null)
                {
                    _violations.Add($"a token of {identity} does not verify any more: {fault}");
                }
            }
        }
    }

    private static async Task<Dictionary<string, string>> ReadAsync(NpgsqlCommand command)
    {
        var rows = new Dictionary<string, string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows[reader.GetString(0)] = reader.GetString(reader.FieldCount - 1);
        }

        return rows;
    }
}
