using System.Text;

namespace FederatedIdentity.Server.Sts;

/// <summary>The patterns of the STS model that read whole code points.</summary>
internal static class StsPatterns
{
    /// <summary>Whatever XML can hold.</summary>
    public static Pattern Arn { get; } = new(
        @"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+",
        value => value.Length > 0 && value.EnumerateRunes().All(IsText));

    private static bool IsText(Rune rune) =>
        rune.Value is '\t' or '\n' or '\r' or (>= ' ' and <= '~') or 0x85 or (>= 0xA0 and <= 0xFFFD) or >= 0x10000;
}
