using FederatedIdentity.Providers;
using FederatedIdentity.Server.Hosting;
using Npgsql;

namespace FederatedIdentity.Server.Doctor;

/// <summary>
/// Whether the login providers that are registered, configured or named by a pool can be asked from here, by the rules of logins.
/// </summary>
internal sealed class ProvidersCheck : ICheck
{
    private const int Most = 100;
    private const int AtOnce = 16;

    private const string IssuersSql = "select distinct url, thumbprints from open_id_connect_provider order by url limit $1";

    private const string LoginProvidersSql = """
        select distinct key from identity_pool, jsonb_object_keys(supported_login_providers) as key
        where deleted_at is null order by key limit $1
        """;

    private const string UserPoolsSql = """
        select distinct provider ->> 'provider_name' from identity_pool, jsonb_array_elements(cognito_identity_providers) as provider
        where deleted_at is null order by 1 limit $1
        """;

    public string Name => "providers";

    public async Task RunAsync(Subject subject, Findings findings, CancellationToken ct)
    {
        if (subject.Options<ProvidersOptions>() is null || subject.Options<BootstrapOptions>() is not { } bootstrap)
        {
            findings.Skip(Name, "the configuration is not valid");
            return;
        }

        var reach = subject.Services.GetRequiredService<IProviderReach>();
        var questions = bootstrap.OpenIdConnectProviders
            .Select(provider => new Question(provider.Url!, () => reach.FaultOfIssuerAsync(provider.Url!, provider.Thumbprints, ct)))
            .ToDictionary(question => question.About, StringComparer.Ordinal);
        if (await subject.DatabaseAsync() is { WhyNoTables: { } why })
        {
            findings.Skip(Name, $"those in the database: {why}");
        }
        else
        {
            await AddStoredAsync(questions, subject, reach, ct);
            findings.Ok(Name, questions.Count == 0 ? "none is registered" : $"{questions.Count} are registered, configured or named by a pool");
        }

        using var places = new SemaphoreSlim(AtOnce);
        await Task.WhenAll(questions.Values.Select(question => AskAsync(question, places, subject, findings, ct)));
    }

    private static async Task AddStoredAsync(
        Dictionary<string, Question> questions, Subject subject, IProviderReach reach, CancellationToken ct)
    {
        foreach (var (url, thumbprints) in await ReadAsync(
            subject, IssuersSql, row => (row.GetString(0), row.GetFieldValue<string[]>(1)), ct))
        {
            questions[url] = new(url, () => reach.FaultOfIssuerAsync(url, thumbprints, ct));
        }

        foreach (var key in await ReadAsync(subject, LoginProvidersSql, row => row.GetString(0), ct))
        {
            questions[key] = new(key, () => reach.FaultOfLoginProviderAsync(key, ct));
        }

        foreach (var key in await ReadAsync(subject, UserPoolsSql, row => row.GetString(0), ct))
        {
            questions[key] = new(key, () => reach.FaultOfUserPoolAsync(key, ct));
        }
    }

    /// <summary>Before an installation a provider that is away is no reason not to go on.</summary>
    private static async Task AskAsync(Question question, SemaphoreSlim places, Subject subject, Findings findings, CancellationToken ct)
    {
        const string Advice = "Its logins fail. See whether it is right, and whether DNS, firewall and FederatedIdentity:Outbound let us there.";
        await places.WaitAsync(ct);
        try
        {
            var check = $"provider {question.About}";
            switch (await question.FaultAsync())
            {
                case null:
                    findings.Ok(check, "answers");
                    break;
                case var fault when subject.BeforeMigration:
                    findings.Warn(check, fault, Advice);
                    break;
                case var fault:
                    findings.Fail(check, fault, Advice);
                    break;
            }
        }
        finally
        {
            places.Release();
        }
    }

    private static async Task<List<T>> ReadAsync<T>(Subject subject, string sql, Func<NpgsqlDataReader, T> read, CancellationToken ct)
    {
        await using var command = subject.DataSource.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Most });
        await using var rows = await command.ExecuteReaderAsync(ct);
        var all = new List<T>();
        while (await rows.ReadAsync(ct))
        {
            all.Add(read(rows));
        }

        return all;
    }

    private sealed record Question(string About, Func<Task<string?>> FaultAsync);
}
