using FederatedIdentity.Providers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>The settings of providers that are asked about opaque tokens.</summary>
public sealed class VendorOptionsTests
{
    [Fact]
    public void Nothing_has_to_be_set()
    {
        var options = Bind([]);
        var (facebook, amazon) = (options.Facebook, options.Amazon);

        Assert.Equal("https://graph.facebook.com", facebook.Endpoint);
        Assert.Equal("v23.0", facebook.Version);
        Assert.Empty(facebook.AppSecrets);
        Assert.False(facebook.LimitedLogin);
        Assert.Equal("https://limited.facebook.com/.well-known/oauth/openid/jwks/", facebook.LimitedLoginKeys);
        Assert.Equal(("https://api.amazon.com", "Atza|", true), (amazon.Endpoint, amazon.TokenPrefix, amazon.Profile));
    }

    [Fact]
    public void Settings_are_read_under_their_published_names()
    {
        var options = Bind(new()
        {
            ["Facebook:Endpoint"] = "https://graph.example.com",
            ["Facebook:Version"] = "v24.1",
            ["Facebook:AppSecrets:123"] = "secret",
            ["Facebook:LimitedLogin"] = "true",
            ["Facebook:LimitedLoginKeys"] = "https://keys.example.com/jwks",
            ["Amazon:Endpoint"] = "https://api.amazon.co.jp",
            ["Amazon:TokenPrefix"] = "",
            ["Amazon:Profile"] = "false",
        });
        var (facebook, amazon) = (options.Facebook, options.Amazon);

        Assert.Equal(("https://graph.example.com", "v24.1", true), (facebook.Endpoint, facebook.Version, facebook.LimitedLogin));
        Assert.Equal("secret", facebook.AppSecrets["123"]);
        Assert.Equal("https://keys.example.com/jwks", facebook.LimitedLoginKeys);
        Assert.Equal(("https://api.amazon.co.jp", "", false), (amazon.Endpoint, amazon.TokenPrefix, amazon.Profile));
    }

    [Theory]
    [InlineData("Facebook:Endpoint", "graph.facebook.com")]
    [InlineData("Facebook:Version", "23.0")]
    [InlineData("Facebook:Version", "v23.0/../v1.0")]
    [InlineData("Facebook:Version", "v23.0\n")]
    [InlineData("Facebook:LimitedLoginKeys", "/jwks")]
    [InlineData("Facebook:AppSecrets:my;app", "misplaced")]
    [InlineData("Facebook:AppSecrets:123", "")]
    [InlineData("Facebook:AppSecrets:123", "misplaced secret")]
    [InlineData("Amazon:Endpoint", "api.amazon.com")]
    public void A_setting_that_could_not_work_stops_the_start_and_is_not_repeated(string name, string value)
    {
        var refusal = Assert.Throws<OptionsValidationException>(() => Bind(new() { [name] = value }));

        Assert.Contains(string.Join(':', name.Split(':')[..2]), Assert.Single(refusal.Failures), StringComparison.Ordinal);
        Assert.DoesNotContain("misplaced", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_print_no_secret() =>
        Assert.DoesNotContain("secret", $"{Bind(new() { ["Facebook:AppSecrets:123"] = "secret" }).Facebook}", StringComparison.Ordinal);

    private static ProvidersOptions Bind(Dictionary<string, string?> settings)
    {
        var named = settings.ToDictionary(setting => $"FederatedIdentity:Providers:{setting.Key}", setting => setting.Value);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(named).Build();
        using var services = new ServiceCollection().AddLogging().AddProviders(configuration).BuildServiceProvider();
        return services.GetRequiredService<IOptions<ProvidersOptions>>().Value;
    }
}
