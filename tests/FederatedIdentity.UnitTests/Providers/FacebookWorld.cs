using System.Security.Cryptography;
using System.Text;
using FederatedIdentity.Domain.Logins;
using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.UnitTests.Providers;

/// <summary>The app, the user and the sentences that all tests of Facebook speak of.</summary>
internal static class FacebookWorld
{
    public const string Key = "graph.facebook.com";
    public const string App = "7346241598935552";
    public const string Secret = "0123456789abcdef0123456789abcdef";
    public const string OtherApp = "138483919580948";
    public const string OtherSecret = "fedcba9876543210fedcba9876543210";
    public const string User = "10215241773831025";
    public const string Token = "EAABsbCS1iHgBAuser";

    public static VendorRig Rig(string host, string url, string? secret, params (string Name, string Value)[] more)
    {
        var settings = more.ToDictionary(setting => $"Facebook:{setting.Name}", setting => (string?)setting.Value);
        settings["Facebook:Endpoint"] = url;
        if (secret is not null)
        {
            settings[$"Facebook:AppSecrets:{App}"] = secret;
        }

        return new VendorRig(host, settings);
    }

    public static Pool PoolOf(string? app) =>
        ProviderRig.PoolOf(app is null ? null : new Dictionary<string, string> { [Key] = app });

    public static string Proof(string token, string secret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(token)));

    public static LoginVerdict.Verified Verified(LoginVerdict verdict) => Assert.IsType<LoginVerdict.Verified>(verdict);

    public static void Refused(string sentence, LoginVerdict verdict) =>
        Assert.Equal(sentence, Assert.IsType<LoginVerdict.Rejected>(verdict).Sentence);
}
