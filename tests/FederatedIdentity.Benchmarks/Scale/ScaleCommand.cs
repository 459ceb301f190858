using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FederatedIdentity.Benchmarks.Load;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.Benchmarks.Scale;

/// <summary>
/// What many millions of identities cost: a database that is filled once and kept, beside a small one of the same PostgreSQL, each with a
/// published server. The status is 1 when a promise was not kept or a request failed.
/// </summary>
internal static class ScaleCommand
{
    private const string Large = "large";
    private const string Small = "small";
    private const string Empty = "fresh";
    private const int SmallIdentities = 20_000;
    private const int SmallLogins = 30_000;
    private const int PageSize = 8192;

    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    public static async Task<int> RunAsync(ScaleOptions options)
    {
        var bench = Path.Combine(Peer.RepositoryRoot, ".local", "bench");
        var folder = Path.Combine(bench, "scale");
        Directory.CreateDirectory(folder);
        var name = string.Create(CultureInfo.InvariantCulture, $"{options.Identities}-{options.Logins}-{options.Partitions}");
        await using var cluster = await ScaleCluster.OpenAsync(Path.Combine(folder, name), options.Fresh);
        var port = await PortAsync(Path.Combine(folder, $"{name}.port"));
        await using var issuer = await BenchIssuer.StartAsync(port);
        var key = new Uri(issuer.Url).Authority;
        var large = new ScaleShape(options.Identities, options.Logins, key);
        var small = new ScaleShape(SmallIdentities, SmallLogins, key);
        var result = new ScaleResult(options);

        var filled = Path.Combine(folder, $"{name}.filled");
        if (options.Fresh || !File.Exists(filled))
        {
            await cluster.StartAsync(filling: true);
            await FillAsync(cluster, Small, small, options, issuer);
            result.Fill = await FillAsync(cluster, Large, large, options, issuer);
            await cluster.StopAsync();
            await File.WriteAllTextAsync(filled, JsonSerializer.Serialize(result.Fill));
        }
        else
        {
            result.Fill = JsonSerializer.Deserialize<Dictionary<string, double>>(await File.ReadAllTextAsync(filled))!;
        }

        if (options.FillOnly)
        {
            return 0;
        }

        await cluster.StartAsync(filling: false);
        var file = Path.Combine(bench, options.Partitions == 0 ? "scale.json" : "scale-partitioned.json");
        try
        {
            await MeasureAsync(cluster, issuer, small, large, options, result);
        }
        catch
        {
            result.Tell(file, _indented); // What was found until then took long enough.
            throw;
        }

        return result.Tell(file, _indented);
    }

    /// <summary>The logins in a filled database name the issuer with its port.</summary>
    private static async Task<int> PortAsync(string file)
    {
        if (!File.Exists(file))
        {
            await File.WriteAllTextAsync(file, $"{ServerProcess.FreePort()}");
        }

        return int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
    }

    private static async Task<Dictionary<string, double>> FillAsync(
        ScaleCluster cluster, string database, ScaleShape shape, ScaleOptions options, BenchIssuer issuer)
    {
        foreach (var each in new[] { database, Empty })
        {
            await cluster.RunAsync("postgres", $"drop database if exists {each}");
            await cluster.RunAsync("postgres", $"create database {each}");
            await Deployment.MigrateAsync(Deployment.Settings(cluster.ConnectionStringTo(each), issuer,
                ("FederatedIdentity__Postgres__Partitions", options.Partitions.ToString(CultureInfo.InvariantCulture))));
        }

        var fill = new ScaleFill(cluster, database, shape, options.Partitions > 0);
        await fill.RunAsync();
        var (made, filled) = (await ScaleSchema.DescribeAsync(cluster, Empty), await ScaleSchema.DescribeAsync(cluster, database));
        if (!made.SequenceEqual(filled))
        {
            throw new InvalidOperationException("The filled schema is not what migrate makes: "
                + string.Join('\n', made.Except(filled).Select(line => $"- {line}").Concat(filled.Except(made).Select(line => $"+ {line}"))));
        }

        return fill.Seconds;
    }

    private static async Task MeasureAsync(
        ScaleCluster cluster, BenchIssuer issuer, ScaleShape small, ScaleShape large, ScaleOptions options, ScaleResult result)
    {
        result.Settings = await cluster.LinesAsync("postgres", """
            select name || ' = ' || current_setting(name) from pg_settings where name in ('server_version', 'fsync', 'synchronous_commit',
                'full_page_writes', 'shared_buffers', 'max_wal_size', 'checkpoint_timeout', 'wal_compression', 'autovacuum') order by name
            """);
        foreach (var table in new[] { "identity", "login", "login_owner" })
        {
            result.Disk[table] = await ScaleDisk.OfAsync(cluster, Large, table);
        }

        result.Rows.AddRange(DiskRows(result, options));
        result.Rows.Add(await WarmAsync(cluster));
        var files = Directory.CreateTempSubdirectory("federated-identity-scale").FullName;
        try
        {
            // The first replica is the one that keeps house.
            await using var keeper = await Replica.StartAsync(Deployment.Settings(cluster.ConnectionStringTo(Large), issuer));
            await KeepsHouseAsync(cluster);
            await using var first = await Replica.StartAsync(Deployment.Settings(cluster.ConnectionStringTo(Small), issuer));
            await using var second = await Replica.StartAsync(Deployment.Settings(cluster.ConnectionStringTo(Large), issuer));
            var few = new ScaleSide(Small, cluster, first, small, issuer, files);
            var many = new ScaleSide(Large, cluster, second, large, issuer, files);
            await few.PrepareAsync();
            await many.PrepareAsync();
            var rates = new ScaleRates(few, many, options);
            result.Rows.AddRange(await rates.RunAsync());
            result.Turns = rates.Turns;
            result.Rows.AddRange(await new ScaleDepth(cluster, Large, many).RunAsync());
            result.Plans = await new ScalePlans(cluster, Large, large).ExplainAsync();
            if (options.Doomed > 0)
            {
                result.Rows.AddRange(await new ScaleDeletion(cluster, Large, many, keeper.Id, options).RunAsync());
            }
        }
        finally
        {
            Directory.Delete(files, recursive: true);
        }
    }

    /// <summary>A database that has served for a day has in memory what fits there; one that was just started has nothing.</summary>
    private static async Task<ScaleRow> WarmAsync(ScaleCluster cluster)
    {
        var began = Stopwatch.GetTimestamp();
        await cluster.RunAsync(Large, "create extension if not exists pg_prewarm");
        var pages = await cluster.ValueAsync<decimal>(Large, """
            select sum(pg_prewarm(c.oid, 'read')) from pg_class c
            where c.relkind in ('r', 'i') and c.relnamespace = 'public'::regnamespace and pg_relation_size(c.oid) > 0
            """);
        return new ScaleRow("Read once, so that the file cache has what it can hold", (double)pages * PageSize / (1L << 30), "GB", Remark: FormattableString.Invariant(
            $"in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));
    }

    private static IEnumerable<ScaleRow> DiskRows(ScaleResult result, ScaleOptions options)
    {
        yield return new("Fill", result.Fill.Values.Sum(), "s", Remark: string.Join(
            ", ", result.Fill.Select(step => FormattableString.Invariant($"{step.Key} {step.Value:0} s"))));
        foreach (var (table, disk) in result.Disk.Where(table => table.Value.Sum > 0))
        {
            var rows = table == "identity" ? options.Identities : options.Logins;
            yield return new($"Disk of a row of {table}", disk.Sum / (double)rows, "bytes", Remark: FormattableString.Invariant(
                $"table {disk.Table / (double)rows:0}, indexes {disk.Indexes / (double)rows:0}"));
        }
    }

    private static async Task KeepsHouseAsync(ScaleCluster cluster)
    {
        for (var tries = 0; tries < 120; tries++)
        {
            if (await cluster.ValueAsync<bool>(Large, "select exists (select from housekeeping where expires_at > now())"))
            {
                return;
            }

            await Task.Delay(TimeSpan.FromSeconds(1));
        }

        throw new TimeoutException("Nobody keeps house.");
    }
}
