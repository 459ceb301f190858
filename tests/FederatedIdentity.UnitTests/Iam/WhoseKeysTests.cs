using FederatedIdentity.Server.Iam;
using FederatedIdentity.Server.Protocol;

namespace FederatedIdentity.UnitTests.Iam;

public sealed class WhoseKeysTests
{
    [Theory]
    [InlineData("User", null, "caller")]
    [InlineData("User", "named", "named")]
    [InlineData("Root", null, null)]
    [InlineData("Root", "named", "named")]
    [InlineData("Role", "named", "named")]
    public void Without_a_name_the_caller_is_meant(string kind, string? named, string? expected)
    {
        var whose = WhoseKeys.Of(named, CallBy(Enum.Parse<CallerKind>(kind)));

        Assert.Equal(expected, whose.Value!.UserName);
    }

    [Fact]
    public void Who_assumed_a_role_has_to_name_a_user() => Assert.Equal(
        new ApiError("ValidationError", "Must specify userName when calling with non-User credentials"),
        WhoseKeys.Of(null, CallBy(CallerKind.Role)).Error);

    private static CallContext CallBy(CallerKind kind) => new("request", source: null)
    {
        Caller = new Caller(kind, "000000000000", "arn", "id", "caller") { AccessKeyId = "AKIA" },
    };
}
