using FederatedIdentity.Domain.Pools;
using FederatedIdentity.Providers;

namespace FederatedIdentity.Server.Operations;

/// <summary>
/// The form that each provider's value in <c>SupportedLoginProviders</c> must have. A value of another form lets nobody in, which its
/// author is told when setting it and not by the first user. No answer repeats a value: Twitter's holds a secret.
/// </summary>
internal static class ProviderValueRules
{
    /// <summary>The first value that names no app of its provider; null when all do.</summary>
    public static ApiError? Objection(IReadOnlyDictionary<string, string?>? providers)
    {
        foreach (var (key, value) in providers ?? new Dictionary<string, string?>())
        {
            var wanted = key switch
            {
                "graph.facebook.com" => Facebook(value!),
                "www.amazon.com" => Amazon(value!),
                _ when ConsumerPair.IsUsedBy(key) => Consumer(value!),
                _ => null,
            };
            if (wanted is not null)
            {
                return ApiError.InvalidParameter($"The value of {key} must be {wanted}.");
            }
        }

        return null;
    }

    private static string? Facebook(string value) => AppIds.IsFacebook(value) ? null : "one app id";

    private static string? Amazon(string value) =>
        AppIds.IsAmazon(value) ? null : "a client id (amzn1.application-oa2-client.*) or an app id (amzn1.application.*)";

    private static string? Consumer(string value) =>
        ConsumerPair.Parse(value) is null ? "a consumer key and a consumer secret, joined by one semicolon" : null;
}
