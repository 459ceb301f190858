using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FederatedIdentity.Examples;

namespace FederatedIdentity.IntegrationTests.Compat;

/// <summary>The token verifiers of docs/examples/verify: three are programs, the one in C# is compiled into the tests.</summary>
internal static class TokenExamples
{
    public static TheoryData<string> Languages => ["javascript", "python", "go", "csharp"];

    public static async Task<ITokenExample> StartAsync(string language, VerifierSettings settings) =>
        language == "csharp" ? new InProcess(settings) : await ExampleProgram.StartAsync(language, "tokens", Environment(settings));

    public static Dictionary<string, string?> Environment(VerifierSettings settings) => new()
    {
        ["ISSUER"] = settings.Issuer,
        ["POOL"] = settings.Pool,
        ["ALGORITHM"] = settings.Algorithm,
        ["ALLOW_GUESTS"] = settings.AllowGuests ? "true" : null,
        ["MAX_AGE"] = settings.MaxAge?.ToString(CultureInfo.InvariantCulture),
        ["COOLDOWN"] = settings.Cooldown?.ToString(CultureInfo.InvariantCulture),
    };

    private sealed class InProcess : ITokenExample
    {
        private readonly IssuerKeys _keys;
        private readonly TokenVerifier _verifier;

        public InProcess(VerifierSettings settings)
        {
            var algorithm = settings.Algorithm ?? "RS512";
            _keys = new IssuerKeys(settings.Issuer, algorithm, TimeSpan.FromSeconds(settings.Cooldown ?? 30), TimeProvider.System);
            _verifier = new TokenVerifier(settings.Issuer, settings.Pool, algorithm, _keys, TimeProvider.System)
            {
                AllowGuests = settings.AllowGuests,
                MaxAge = settings.MaxAge ?? 86400,
            };
        }

        public async Task<JsonNode> JudgeAsync(string token)
        {
            try
            {
                var answer = JsonSerializer.SerializeToNode(
                    await _verifier.VerifyAsync(token, CancellationToken.None), JsonSerializerOptions.Web)!;
                answer["ok"] = true;
                return answer;
            }
            catch (RefusedException refused)
            {
                return new JsonObject { ["ok"] = false, ["refused"] = refused.Message };
            }
            catch (HttpRequestException unavailable)
            {
                return new JsonObject { ["ok"] = false, ["unavailable"] = unavailable.Message };
            }
        }

        public ValueTask DisposeAsync()
        {
            _keys.Dispose();
            return default;
        }
    }
}
