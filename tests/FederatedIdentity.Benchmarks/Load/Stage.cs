using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;
using Npgsql;

namespace FederatedIdentity.Benchmarks.Load;

/// <summary>
/// Everything that is measured: a durable PostgreSQL of our own with one database for servers that sign with RSA and one for those that
/// sign with an elliptic curve, the people in both, the ceiling, and an issuer of logins. Everything else is started when it is asked for.
/// </summary>
internal sealed class Stage : IAsyncDisposable
{
    // The same for everybody; what is not said is PostgreSQL's default.
    private static readonly string[] _settings = ["shared_buffers=512MB", "max_connections=400", "max_wal_size=4GB"];

    private readonly ConcurrentStack<IAsyncDisposable> _started = new();
    private readonly Lazy<Task> _stopped;
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly string _folder = Directory.CreateTempSubdirectory("federated-identity-bench").FullName;
    private int _files;

    private Stage(PostgresNode postgres, BenchIssuer issuer)
    {
        (Postgres, Issuer) = (postgres, issuer);
        _stopped = new(StopAsync);
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt));
    }

    public PostgresNode Postgres { get; }

    public BenchIssuer Issuer { get; }

    public Party Rs512 { get; private set; } = null!;

    public Party Es256 { get; private set; } = null!;

    public CeilingProcess Ceiling { get; private set; } = null!;

    public CeilingProcess EllipticCeiling { get; private set; } = null!;

    public static async Task<Stage> SetAsync()
    {
        var issuer = await BenchIssuer.StartAsync();
        var stage = new Stage(await PostgresNode.CreateAsync(_settings), issuer);
        stage._started.Push(issuer);
        stage._started.Push(stage.Postgres);
        try
        {
            await stage.TellAsync();
            var elliptic = new NpgsqlConnectionStringBuilder(stage.Postgres.ConnectionString) { Database = "elliptic" }.ConnectionString;
            await stage.Postgres.ExecuteAsync("create database elliptic", "postgres");
            stage.Rs512 = await stage.FoundAsync(stage.Postgres.ConnectionString, "RS512");
            stage.Es256 = await stage.FoundAsync(elliptic, "ES256");
            var key = issuer.Rsa.ExportSubjectPublicKeyInfo();
            stage.Ceiling = stage.Keep(await CeilingProcess.StartAsync(stage.Rs512.Postgres, key));
            stage.EllipticCeiling = stage.Keep(await CeilingProcess.StartAsync(elliptic, key));
            return stage;
        }
        catch
        {
            await stage.DisposeAsync();
            throw;
        }
    }

    /// <summary>Another server of the same deployment, with settings of its own.</summary>
    public Task<Party> JoinAsync(Party party, params (string Name, string? Value)[] settings) =>
        JoinAsync(party, Replica.Program, settings);

    /// <summary>So many of them.</summary>
    public Task<Party[]> JoinAsync(int processes, Party party, params (string Name, string? Value)[] settings) =>
        JoinAsync(processes, party, Replica.Program, settings);

    /// <summary>So many of another build.</summary>
    public async Task<Party[]> JoinAsync(int processes, Party party, string program, params (string Name, string? Value)[] settings)
    {
        var joined = new Party[processes];
        for (var i = 0; i < processes; i++)
        {
            joined[i] = await JoinAsync(party, program, settings);
        }

        return joined;
    }

    /// <summary>The same with the server of another build.</summary>
    public async Task<Party> JoinAsync(Party party, string program, params (string Name, string? Value)[] settings)
    {
        var all = Deployment.Settings(party.Postgres, Issuer, [(Deployment.Algorithm, party.Algorithm), .. settings]);
        return party with { Server = Keep(await Replica.StartAsync(all, program: program)) };
    }

    /// <summary>Another server of the same deployment, on one core.</summary>
    public async Task<Party> JoinOnCoreAsync(Party party, int core) => party with { Server = Keep(await StartAsync(party, core)) };

    /// <summary>Another server of the same deployment, which is the caller's to stop; on one core, if there is one.</summary>
    public Task<Replica> StartAsync(Party party, int? core = null) =>
        Replica.StartAsync(Deployment.Settings(party.Postgres, Issuer, (Deployment.Algorithm, party.Algorithm)), core);

    /// <summary>Another ceiling beside a party's server, on one core.</summary>
    public async Task<CeilingProcess> CeilingOnCoreAsync(Party party, int core) =>
        Keep(await CeilingProcess.StartAsync(party.Postgres, Issuer.Rsa.ExportSubjectPublicKeyInfo(), core));

    /// <summary>Stops this with everything else.</summary>
    public T Keep<T>(T started)
        where T : IAsyncDisposable
    {
        _started.Push(started);
        return started;
    }

    /// <summary>A file for wrk with these requests, in the place of another one if there is a name.</summary>
    public async Task<string> FileAsync(IEnumerable<string> requests, string file = "")
    {
        var place = file.Length > 0 ? file : NewFile();
        await HttpText.WriteAsync(place, requests);
        return place;
    }

    public async Task<string> TextAsync(string text)
    {
        var file = NewFile();
        await File.WriteAllTextAsync(file, text);
        return file;
    }

    public async ValueTask DisposeAsync() => await _stopped.Value;

    private async Task StopAsync()
    {
        while (_started.TryPop(out var last))
        {
            await last.DisposeAsync();
        }

        _signals.ForEach(signal => signal.Dispose());
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Whoever ends this early must not be left with a PostgreSQL and its servers.</summary>
    private void Interrupt(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _ = Task.Run(async () =>
        {
            await _stopped.Value;
            Environment.Exit(130);
        });
    }

    private string NewFile() => Path.Combine(_folder, $"{Interlocked.Increment(ref _files)}");

    private async Task<Party> FoundAsync(string postgres, string algorithm)
    {
        var settings = Deployment.Settings(postgres, Issuer, (Deployment.Algorithm, algorithm));
        await Deployment.MigrateAsync(settings);
        var server = Keep(await Replica.StartAsync(settings));
        var party = new Party(server, postgres, algorithm, await Population.SettleAsync(server, postgres, Issuer));
        await CheckAlgorithmAsync(party);
        return party;
    }

    private static async Task CheckAlgorithmAsync(Party party)
    {
        var answer = await Population.OkAsync(party.Server.Client, "GetOpenIdToken", new { IdentityId = party.People.Guests[0] });
        var header = Base64Url.DecodeFromChars(answer["Token"].Split('.')[0]);
        if (JsonNode.Parse(header)!["alg"]!.GetValue<string>() != party.Algorithm)
        {
            throw new InvalidOperationException($"The server does not sign with {party.Algorithm}.");
        }
    }

    private async Task TellAsync()
    {
        foreach (var setting in new[] { "server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size" })
        {
            Console.WriteLine($"PostgreSQL {setting}: {await Postgres.ScalarAsync($"show {setting}")}");
        }

        if (await Postgres.ScalarAsync("select current_setting('fsync') || current_setting('synchronous_commit')") is not "onon")
        {
            throw new InvalidOperationException("This PostgreSQL is not durable.");
        }
    }
}
