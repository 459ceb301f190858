namespace FederatedIdentity.IntegrationTests.Doctor;

/// <summary>What the doctor verb says of settings that a server would not start with, or would pass over.</summary>
public sealed class ConfigurationTests(DoctorFixture deployment) : IClassFixture<DoctorFixture>
{
    [Theory]
    [InlineData("FederatedIdentity__Isuer", "FederatedIdentity:Isuer is no setting", "Did you mean FederatedIdentity:Issuer?")]
    [InlineData("FederatedIdentity__RateLimits__PerSorce", "FederatedIdentity:RateLimits:PerSorce", "FederatedIdentity:RateLimits:PerSource?")]
    [InlineData("FederatedIdentity_Region", "FederatedIdentity_Region", "Did you mean FederatedIdentity:Region?")]
    [InlineData("ConnectionStrings__Postgre", "ConnectionStrings:Postgre", "Did you mean ConnectionStrings:Postgres?")]
    [InlineData("FederatedIdentity__TrustedProxies", "FederatedIdentity:TrustedProxies is", "Did you mean FederatedIdentity:TrustedProxies:#?")]
    [InlineData("FederatedIdentity__Nonsense__Of__Mine", "FederatedIdentity:Nonsense:Of:Mine", "docs/configuration.md")]
    public async Task A_name_that_nobody_reads_is_a_warning(string name, string detail, string advice)
    {
        var examined = await Examination.OfAsync(deployment.Settings((name, "127.0.0.1")));

        Assert.True(examined.Status == 0, examined.Output);
        examined.Has("settings", "warn", detail, advice);
    }

    [Fact]
    public async Task All_faults_are_told_at_once_and_the_rest_is_looked_at()
    {
        var examined = await Examination.OfAsync(deployment.Settings(
            ("FederatedIdentity__AccountId", "12"),
            ("FederatedIdentity__Overload__Queue", "very-many-of-them"),
            ("FederatedIdentity__TrustedProxies__0", "everybody"),
            ("FederatedIdentity__MasterKey", "c2VjcmV0LXdvcmQ="),
            ("FederatedIdentity__Providers__ClockSkew", "01:00:00"),
            ("ConnectionStrings__Redis", "nonsense=very-secret-word")));

        Assert.Equal(1, examined.Status);
        string[] faults =
        [
            "FederatedIdentity:AccountId must be 12 digits", "FederatedIdentity:Overload:Queue cannot be read", "'everybody'",
            "FederatedIdentity:MasterKey", "FederatedIdentity:Providers:ClockSkew", "ConnectionStrings:Redis",
        ];
        Assert.All(faults, fault => examined.Has("configuration", "fail", fault));
        Assert.DoesNotContain("many", examined.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("very-secret-word", examined.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0LXdvcmQ=", examined.Output, StringComparison.Ordinal);
        examined.Has("database", "ok");
        examined.Has("schema", "ok");
        Assert.DoesNotContain(examined.With("fail"), check => check is not "configuration");
    }

    [Theory]
    [InlineData("", "ConnectionStrings:Postgres is required")]
    [InlineData("Host=127.0.0.1;Password=half;very-secret-word", "ConnectionStrings:Postgres or a setting")]
    public async Task A_database_that_is_not_configured_right_is_a_fault_without_its_password(string postgres, string fault)
    {
        var examined = await Examination.OfAsync(deployment.Settings(postgres));

        Assert.Equal(1, examined.Status);
        examined.Has("configuration", "fail", fault);
        examined.Has("signing keys", "skip");
        Assert.DoesNotContain("very-secret-word", examined.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_of_a_directory_that_is_not_there_end_it_at_once()
    {
        var examined = await Examination.OfAsync(deployment.Settings(("FederatedIdentity__SecretsDirectory", "/nowhere/at/all")));

        Assert.Equal(1, examined.Status);
        examined.Has("configuration", "fail", "/nowhere/at/all");
    }

    [Fact]
    public async Task A_setting_may_come_as_an_argument() =>
        (await Examination.OfAsync(deployment.Settings(), "--FederatedIdentity:Tokens:SigningAlgorithm=ES256"))
            .Has("signing algorithm", "warn", "ES256 is configured; stored is RS512");
}
