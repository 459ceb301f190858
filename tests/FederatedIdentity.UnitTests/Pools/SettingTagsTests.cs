using FederatedIdentity.Domain.Pools;

namespace FederatedIdentity.UnitTests.Pools;

public sealed class SettingTagsTests
{
    [Theory]
    [InlineData(SettingTags.RateLimit, "1", 1)]
    [InlineData(SettingTags.RateLimit, "1000000", 1_000_000)]
    [InlineData(SettingTags.RateLimit, "1000001", null)]
    [InlineData(SettingTags.GuestRetentionDays, "1", 1)]
    [InlineData(SettingTags.GuestRetentionDays, "3650", 3650)]
    [InlineData(SettingTags.GuestRetentionDays, "3651", null)]
    [InlineData(SettingTags.GuestRetentionDays, "0", null)]
    [InlineData(SettingTags.GuestRetentionDays, "", null)]
    [InlineData(SettingTags.GuestRetentionDays, "-1", null)]
    [InlineData(SettingTags.GuestRetentionDays, "+1", null)]
    [InlineData(SettingTags.GuestRetentionDays, " 1", null)]
    [InlineData(SettingTags.GuestRetentionDays, "1 ", null)]
    [InlineData(SettingTags.GuestRetentionDays, "01", null)]
    [InlineData(SettingTags.GuestRetentionDays, "1.0", null)]
    [InlineData(SettingTags.GuestRetentionDays, "1e3", null)]
    [InlineData(SettingTags.GuestRetentionDays, "\u0663", null)]
    [InlineData(SettingTags.GuestRetentionDays, "99999999999999999999", null)]
    public void A_setting_is_a_whole_number_in_its_range_or_an_objection(string key, string value, int? expected)
    {
        Assert.Equal(expected, SettingTags.Read(key, value));
        Assert.Equal(expected is null, SettingTags.Objection(key, value) is not null);
    }

    [Theory]
    [InlineData("federated-identity:", true)]
    [InlineData("federated-identity:rate-limits", true)]
    [InlineData("FEDERATED-IDENTITY:RATE-LIMIT", true)]
    [InlineData("federated-identity", false)]
    [InlineData("my-federated-identity:rate-limit", false)]
    [InlineData("rate-limit", false)]
    public void What_looks_like_a_setting_and_is_none_is_refused(string key, bool isRefused) =>
        Assert.Equal(isRefused, SettingTags.Objection(key, "1") is not null);

    [Fact]
    public void No_value_is_no_setting() => Assert.Null(SettingTags.Read(SettingTags.RateLimit, null));
}
