using FederatedIdentity.Tests.Shared;
using static FederatedIdentity.IntegrationTests.Wire.WireCalls;

namespace FederatedIdentity.IntegrationTests.Wire;

[Collection(nameof(WireTests))]
public sealed class ListTagsForResourceTests(ServerFixture server)
{
    public static TheoryData<string> BadArns => new()
    {
        "arn:aws-cn:cognito-identity:us-east-1:000000000000:identitypool/us-east-1:0a",
        "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Abc",
        "arn:aws:cognito-identity:us-east-1:000000000000:identitypool/",
        "arn:aws:cognito-identity:us-east-1:000000000000:identitypool/us-east-1:0A",
        "arn:aws:cognito-identity:us-east-1:000000000000:identitypool/us-east-1:0a/more",
        "arn:aws:cognito-identity:us-east-1:00000000000x:identitypool/us-east-1:0a",
        "arn:aws:cognito-identity:us-east-1:0:identitypool/us-east-1:0aaaaaaaaaaaaaaaaaaaa",
        "arn:aws:cognito-identity:us-east-1:",
        "us-east-1:00000000-0000-0000-0000-000000000000",
        "x\0xxxxxxxxxxxxxxxxxxxxxxxx",
    };

    public static TheoryData<string> Operations => ["ListTagsForResource", "TagResource", "UntagResource"];

    [Theory]
    [InlineData("arn:aws:cognito-identity:eu-west-1:000000000000:identitypool/us-east-1:0a")]
    [InlineData("arn:aws:cognito-identity:us-east-1:999999999999:identitypool/us-east-1:0a")]
    public async Task A_pool_of_another_region_or_account_looks_like_an_unknown_one(string arn)
    {
        var answer = await CallAsync("ListTagsForResource", arn);

        Assert.Equal(("ResourceNotFoundException", "IdentityPool 'us-east-1:0a' not found."), (answer.Error, answer.Message));
    }

    [Fact]
    public async Task A_pool_without_tags_has_an_empty_map()
    {
        var answer = await CallAsync("ListTagsForResource", ArnOf(await server.PoolAsync(new { })));

        Assert.Equal((200, """{"Tags":{}}"""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Tags_set_with_the_pool_are_listed_and_described_alike()
    {
        var pool = await server.PoolAsync(new { IdentityPoolTags = new { team = "core" } });
        await server.Client.CallAsync("TagResource", new { ResourceArn = ArnOf(pool), Tags = new { stage = "dev" } });

        var described = await server.Client.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool });

        Assert.Equal(new() { ["team"] = "core", ["stage"] = "dev" }, await server.TagsAsync(pool));
        Assert.Equal("dev", described.Body["IdentityPoolTags"]!["stage"]!.GetValue<string>());
    }

    [Theory]
    [MemberData(nameof(BadArns))]
    public async Task What_is_no_ARN_of_a_pool_is_refused(string arn)
    {
        foreach (var operation in new[] { "ListTagsForResource", "TagResource", "UntagResource" })
        {
            AssertRefused("InvalidParameterException", "Invalid resource ARN.", await CallAsync(operation, arn));
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public async Task An_unknown_pool_is_not_found(string operation) => AssertRefused(
        "ResourceNotFoundException", "IdentityPool 'us-east-1:0a' not found.", await CallAsync(operation, ArnOf("us-east-1:0a")));

    private static string ArnOf(string pool) => $"arn:aws:cognito-identity:us-east-1:000000000000:identitypool/{pool}";

    private Task<WireAnswer> CallAsync(string operation, string arn) =>
        server.Client.CallAsync(operation, new { ResourceArn = arn, Tags = new { k = "v" }, TagKeys = new[] { "k" } });
}
