using System.Globalization;

namespace FederatedIdentity.Domain.Pools;

/// <summary>
/// Tags that are settings of a pool. Their common beginning is reserved, in whatever case: a misspelt key would do nothing, and nobody
/// would notice.
/// </summary>
public static class SettingTags
{
    public const string Prefix = "federated-identity:";

    /// <summary>Gives <see cref="Pool.RateLimit"/>.</summary>
    public const string RateLimit = Prefix + "rate-limit";

    /// <summary>Gives <see cref="Pool.GuestRetentionDays"/>.</summary>
    public const string GuestRetentionDays = Prefix + "guest-retention-days";

    public const int MaxRateLimit = 1_000_000;

    public const int MaxGuestRetentionDays = 3650;

    /// <summary>What is wrong with a tag as a setting, as a sentence; null when it is a valid setting, or none at all.</summary>
    public static string? Objection(string key, string value)
    {
        if (!key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        return key switch
        {
            RateLimit => Read(key, value) is null ? Sentence(key, MaxRateLimit) : null,
            GuestRetentionDays => Read(key, value) is null ? Sentence(key, MaxGuestRetentionDays) : null,
            _ => $"Tag keys that start with {Prefix} are settings: {RateLimit} or {GuestRetentionDays}.",
        };
    }

    /// <summary>The number that a setting has, written in digits without a leading zero; null when it has no valid one.</summary>
    public static int? Read(string key, string? value)
    {
        var max = key == RateLimit ? MaxRateLimit : MaxGuestRetentionDays;
        return value is [>= '1' and <= '9', ..]
            && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= max
                ? number
                : null;
    }

    private static string Sentence(string key, int max) =>
        string.Create(CultureInfo.InvariantCulture, $"The value of tag {key} must be a whole number from 1 to {max}.");
}
