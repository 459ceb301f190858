using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Doctor;

/// <summary>What the doctor verb finds in deployments in which one thing is wrong, beside the configuration and the database.</summary>
public sealed class DoctorTests(DoctorFixture deployment) : IClassFixture<DoctorFixture>
{
    [Fact]
    public async Task In_a_deployment_that_works_nothing_fails_and_no_secret_is_shown()
    {
        var examined = await Examination.OfAsync(deployment.Settings());

        Assert.True(examined.Status == 0, examined.Output);
        Assert.Empty(examined.With("fail"));
        string[] well =
        [
            "configuration", "settings", "database", "database version", "database writes", "database encoding", "schema", "layout", "privileges", "clock",
            "master key", "stored signing keys", "signing keys", "next signing key", "session keys", "issuer issuer", "issuer jwks_uri", "issuer keys",
            "providers", "SAML providers",
        ];
        Assert.Empty(well.Except(examined.With("ok")));
        examined.Has("issuer scheme", "warn", "http://127.0.0.1");
        examined.Has("bootstrap key", "warn", "still configured, and active");
        examined.Has("database role", "warn", "is a superuser"); // As the tests' role is.
        Assert.DoesNotContain(TestServer.MasterKey, examined.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(TestServer.SecretAccessKey, examined.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_table_has_a_row_for_each_check_and_strictness_makes_warnings_fail()
    {
        var (status, table) = await ServerProcess.RunAsync(deployment.Settings(), "doctor", "--strict");

        Assert.Equal(1, status);
        Assert.Matches("^check +result +detail +what to do\n", table);
        Assert.Matches("\nschema +ok +at 0", table);
        Assert.Matches("\nissuer scheme +warn +http://127.0.0.1.* Use https", table);
        Assert.Matches(@"\n\d+ rows: \d+ ok, \d+ warn, 0 fail, \d+ skip$", table);
    }

    [Theory]
    [InlineData("--fast")]
    [InlineData("now")]
    public async Task Anything_else_is_told_the_usage(string argument)
    {
        var (status, log) = await ServerProcess.RunAsync(deployment.Settings(), "doctor", argument);

        Assert.Equal(2, status);
        Assert.StartsWith("Usage: federated-identity doctor", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_master_key_is_told_from_the_one_that_wrapped()
    {
        var examined = await Examination.OfAsync(
            deployment.Settings(("FederatedIdentity__MasterKey", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")));

        Assert.Equal(1, examined.Status);
        examined.Has("stored signing keys", "fail", "was wrapped with the master key");
        examined.Has("master key", "fail", "of access_key need the key");
        examined.Has("issuer keys", "ok");
    }

    [Fact]
    public async Task A_previous_key_that_nothing_needs_is_to_be_taken_out()
    {
        var examined = await Examination.OfAsync(
            deployment.Settings(("FederatedIdentity__PreviousMasterKey", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")));

        Assert.Equal(0, examined.Status);
        examined.Has("master key", "warn", "no secret needs the previous key");
    }

    [Fact]
    public async Task A_key_file_that_everybody_may_read_is_a_warning()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, TestServer.MasterKey);
        var settings = deployment.Settings(("FederatedIdentity__MasterKey", null), ("FederatedIdentity__MasterKeyFile", file));
        await ChmodAsync("0444", file);

        (await Examination.OfAsync(settings)).Has("master key file", "warn", "OtherRead", "chmod 0440");

        await ChmodAsync("0440", file);
        (await Examination.OfAsync(settings)).Has("master key file", "ok");
        File.Delete(file);
    }

    [Fact]
    public async Task An_issuer_that_publishes_another_name_fails()
    {
        var other = deployment.Issuer.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        var examined = await Examination.OfAsync(deployment.Settings(("FederatedIdentity__Issuer", other)));

        Assert.Equal(1, examined.Status);
        examined.Has("issuer issuer", "fail", $"{other} is configured; {deployment.Issuer} is published there");
        examined.Has("issuer jwks_uri", "fail");
    }

    [Fact]
    public async Task Keys_of_another_deployment_at_our_url_fail()
    {
        await using var database = await TestDatabase.CreateAsync();
        await TestServer.MigrateAsync(deployment.Settings(database.ConnectionString));

        var examined = await Examination.OfAsync(deployment.Settings(database.ConnectionString));

        Assert.Equal(1, examined.Status);
        examined.Has("issuer issuer", "ok");
        examined.Has("issuer keys", "fail", "published, and not in the database: us-east-1");
        examined.Has("signing keys", "ok", "none yet");
        examined.Has("bootstrap key", "ok", "the first replica creates it");
    }

    [Fact]
    public async Task An_issuer_where_nobody_answers_fails_but_not_before_an_installation()
    {
        var settings = deployment.Settings(("FederatedIdentity__Issuer", $"http://127.0.0.1:{ServerProcess.FreePort()}"));

        (await Examination.OfAsync(settings)).Has("issuer", "fail", "cannot be reached");

        var before = await Examination.OfAsync(settings, "--before-migration");
        Assert.True(before.Status == 0, before.Output);
        before.Has("issuer", "skip");
    }

    [Fact]
    public async Task A_provider_that_does_not_answer_fails_and_before_an_installation_is_a_warning()
    {
        var settings = deployment.Settings();
        var dead = $"http://127.0.0.1:{ServerProcess.FreePort()}";
        TestServer.Register(settings, dead, "client");

        var examined = await Examination.OfAsync(settings);
        Assert.Equal(1, examined.Status);
        examined.Has($"provider {dead}", "fail", "discovery: ");

        (await Examination.OfAsync(settings, "--before-migration")).Has($"provider {dead}", "warn", "discovery: ");
    }

    [Fact]
    public async Task A_provider_that_may_not_be_called_fails_by_the_rules_of_logins()
    {
        var settings = deployment.Settings(
            ("FederatedIdentity__OpenIdConnectProviders__0__Url", deployment.Issuer),
            ("FederatedIdentity__OpenIdConnectProviders__0__ClientIds__0", "client"));

        (await Examination.OfAsync(settings)).Has($"provider {deployment.Issuer}", "fail", "plain http is not allowed");
    }

    [Fact]
    public async Task Redis_is_asked_whether_it_takes_writes_and_how_it_forgets()
    {
        await using var redis = await RedisProcess.StartAsync("--maxmemory", "64mb", "--maxmemory-policy", "noeviction");

        var examined = await Examination.OfAsync(deployment.Settings(
            ("ConnectionStrings__Redis", redis.ConnectionString), ("FederatedIdentity__RateLimits__Enabled", "true")));

        Assert.True(examined.Status == 0, examined.Output);
        examined.Has("redis", "ok", "version 7.");
        examined.Has("redis writes", "ok");
        examined.Has("redis TLS", "ok", "on this machine");
        examined.Has("redis eviction", "warn", "noeviction", "volatile-lru");
        examined.Has("rate limits", "ok", "through Redis");
    }

    [Fact]
    public async Task A_dead_redis_fails_and_everything_else_is_looked_at()
    {
        var examined = await Examination.OfAsync(
            deployment.Settings(("ConnectionStrings__Redis", $"127.0.0.1:{ServerProcess.FreePort()},password=very-secret-word")));

        Assert.Equal(1, examined.Status);
        Assert.Equal(["redis"], examined.With("fail"));
        Assert.Contains("issuer keys", examined.With("ok"));
        Assert.DoesNotContain("very-secret-word", examined.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redis_that_hangs_holds_nothing_up()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        var examined = await Examination.OfAsync(deployment.Settings(("ConnectionStrings__Redis", $"{silent.LocalEndpoint}")));

        Assert.Equal(1, examined.Status);
        Assert.Equal(["redis"], examined.With("fail"));
    }

    [Fact]
    public async Task An_egress_proxy_that_is_not_there_fails_without_its_password()
    {
        var port = ServerProcess.FreePort();
        var examined = await Examination.OfAsync(
            deployment.Settings(("FederatedIdentity__Outbound__Proxy", $"http://name:very-secret-word@127.0.0.1:{port}")));

        examined.Has("egress proxy", "fail", $"127.0.0.1:{port}");
        Assert.DoesNotContain("very-secret-word", examined.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_that_count_proxies_as_clients_are_a_warning()
    {
        var examined = await Examination.OfAsync(deployment.Settings(("FederatedIdentity__Issuer", "https://identity.invalid")));

        examined.Has("trusted proxies", "warn", "none", "FederatedIdentity:TrustedProxies");
        examined.Has("issuer scheme", "ok", "https");
        examined.Has("issuer", "fail", "cannot be reached");
        examined.Has("rate limits", "warn", "switched off"); // As the tests have them.
    }

    [Fact]
    public async Task More_clients_than_open_files_are_a_warning() =>
        (await Examination.OfAsync(deployment.Settings(("FederatedIdentity__Overload__Connections", "9999999"))))
            .Has("open files", "warn", "may be needed for 9999999 clients");

    private static async Task ChmodAsync(string mode, string file)
    {
        using var chmod = Process.Start("chmod", [mode, file]);
        await chmod.WaitForExitAsync();
    }
}
