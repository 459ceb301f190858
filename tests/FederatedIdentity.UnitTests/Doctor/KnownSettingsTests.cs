using FederatedIdentity.Server.Doctor;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.UnitTests.Doctor;

/// <summary>What counts as a setting, and that the doctor validates all of them.</summary>
public sealed class KnownSettingsTests
{
    [Theory]
    [InlineData("FederatedIdentity:Issuer")]
    [InlineData("federatedidentity:issuer")]
    [InlineData("FederatedIdentity:Tokens:KeyRotation")]
    [InlineData("FederatedIdentity:TrustedProxies:3")]
    [InlineData("FederatedIdentity:OpenIdConnectProviders:0:ClientIds:1")]
    [InlineData("FederatedIdentity:Providers:Facebook:AppSecrets:1234")]
    [InlineData("FederatedIdentity:RateLimits:Operations:GetId")]
    [InlineData("FederatedIdentity:RateLimits:Replicas")]
    [InlineData("FederatedIdentity:Redis:CaFile")]
    [InlineData("FederatedIdentity:Postgres:PgBouncer")]
    [InlineData("FederatedIdentity:Postgres:Partitions")]
    [InlineData("FederatedIdentity:SecretsDirectory")]
    public void Whatever_the_server_reads_is_a_setting(string name) => Assert.True(KnownSettings.Contains(name), name);

    [Theory]
    [InlineData("FederatedIdentity:Isuer")]
    [InlineData("FederatedIdentity:TrustedProxies")]
    [InlineData("FederatedIdentity:Tokens")]
    [InlineData("FederatedIdentity:Issuer:0")]
    [InlineData("FederatedIdentity:RequiredIssuer")]
    [InlineData("FederatedIdentity:Providers:OwnIssuer")]
    public void Whatever_it_does_not_read_is_none(string name) => Assert.False(KnownSettings.Contains(name), name);

    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("same", "same", 0)]
    public void Words_are_as_far_apart_as_letters_must_change(string one, string other, int distance) =>
        Assert.Equal(distance, Spelling.Distance(one, other));

    [Fact]
    public async Task The_doctor_validates_every_class_of_options_that_has_a_validator()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Postgres"] = "Host=localhost",
            ["ConnectionStrings:Redis"] = "localhost",
            ["FederatedIdentity:Postgres:PgBouncer"] = "false", // So that nobody is asked.
        }).Build();
        await using var subject = new Subject(configuration, new Production(), beforeMigration: false);
        var validated = KnownSettings.Classes().Select(one => one.Type)
            .Where(type => type.Assembly.GetTypes().Any(validator => validator.IsAssignableTo(typeof(IValidateOptions<>).MakeGenericType(type))));

        Assert.Empty(validated.Except(subject.OptionTypes));
    }

    private sealed class Production : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = Environments.Production;

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "/";

        public Microsoft.Extensions.FileProviders.IFileProvider ContentRootFileProvider { get; set; } =
            new Microsoft.Extensions.FileProviders.NullFileProvider();
    }
}
