using System.Text.Json.Nodes;
using FederatedIdentity.Tests.Shared;

namespace FederatedIdentity.IntegrationTests.Wire;

/// <summary>Text that nobody expects, in every place that takes text.</summary>
[Collection(nameof(WireTests))]
public sealed class TextTests(ServerFixture server)
{
    private static readonly string[] Strange =
    [
        "", " ", "\0", "a\0b", "\u0001\u001f\u007f", "\r\nX: y", "\ufeffx", "\uffff\ufffe", "caf\u00e9", "cafe\u0301", "\u202edlrow",
        "\U0001F600", "\U00010400", "\U0010FFFF", "' or 1=1 --", "\"; drop table identity_pools; --",
        "${jndi:ldap://x}", "{{7*7}}", "%00%0a",
        "../../etc/passwd", "<script>", "us-east-1:'", new string('\u20ac', 300), new string('x', 70_000), "NULL", "undefined", "\\u0000",
    ];

    public static TheoryData<string> Operations => [.. ApiModel.Published.Operations.Keys];

    /// <summary>The places come from the published model, so that a new operation is tested the day it is there.</summary>
    [Theory]
    [MemberData(nameof(Operations))]
    public async Task No_text_anywhere_makes_the_server_fail(string operation)
    {
        if ((await server.Client.CallAsync(operation, "{}")).Error == "UnknownOperationException")
        {
            return; // The server says itself that it has no such operation.
        }

        var pool = await server.PoolAsync(new { AllowUnauthenticatedIdentities = true });
        var shape = ApiModel.Published.Operations[operation].Input!;
        foreach (var text in Strange)
        {
            foreach (var input in Inputs(shape, text, pool))
            {
                var answer = await server.Client.CallAsync(operation, input);
                Assert.True(answer.Status is 200 or 400, $"{answer.Status} to {input.ToJsonString()}");
            }
        }
    }

    [Fact]
    public async Task A_pools_name_may_hold_the_models_characters_and_no_others()
    {
        Answers.IsSuccess(await CreateAsync("My pool_1 +=,.@-\t2"));
        Answers.IsSuccess(await CreateAsync(new string('x', 128)));

        foreach (var name in new[] { "\U0001F600", "\U00010400", "caf\u00e9", "a\0", "a/b", "a\u00a0b", "\u0661" })
        {
            var answer = Answers.IsError("ValidationException", await CreateAsync(name));
            Assert.Equal(
                $@"1 validation error detected: Value '{name}' at 'identityPoolName' failed to satisfy constraint: "
                + @"Member must satisfy regular expression pattern: [\w\s+=,.@-]+",
                answer.Message);
        }
    }

    [Fact]
    public async Task Text_that_is_allowed_comes_back_as_it_went_in()
    {
        var tags = new Dictionary<string, string>
        {
            ["caf\u00e9"] = "\u6771\u4eac",
            ["cafe\u00e9"] = "",
            ["a b_.:/=+-@"] = "\u0416 \u0661",
        };

        var pool = await server.PoolAsync(new { IdentityPoolTags = tags });

        var described = Answers.IsSuccess(await server.Client.CallAsync("DescribeIdentityPool", new { IdentityPoolId = pool }));
        Assert.Equal(
            tags,
            described.Body["IdentityPoolTags"]!.AsObject().ToDictionary(tag => tag.Key, tag => tag.Value!.GetValue<string>()));
    }

    /// <summary>The smallest sensible input, once for every place of the shape, with the text in that place.</summary>
    private static IEnumerable<JsonObject> Inputs(ApiShape shape, string text, string pool)
    {
        foreach (var member in shape.Members)
        {
            foreach (var value in Values(member.Shape, text))
            {
                var input = new JsonObject();
                foreach (var required in shape.Members.Where(other => other.Required))
                {
                    input[required.Name] = Sensible(required, pool);
                }

                input[member.Name] = value;
                yield return input;
            }
        }
    }

    private static IEnumerable<JsonNode> Values(string name, string text)
    {
        var shape = ApiModel.Published.Shapes[name];
        return shape.Type switch
        {
            "string" => [JsonValue.Create(text)],
            "list" => Values(shape.ListMember!, text).Select(value => new JsonArray(value)),
            "map" =>
            [
                .. Values(shape.MapValue!, text).Select(value => new JsonObject { ["key"] = value }),
                .. Values(shape.MapValue!, "a-sensible-value").Select(value => new JsonObject { [text] = value }),
            ],
            "structure" => shape.Members.SelectMany(
                member => Values(member.Shape, text).Select(value => new JsonObject { [member.Name] = value })),
            _ => [],
        };
    }

    private static JsonNode? Sensible(ApiMember member, string pool) => ApiModel.Published.Shapes[member.Shape].Type switch
    {
        "string" when member.Name is "IdentityPoolId" or "IdentityId" => pool,
        "string" => "sensible",
        "boolean" => true,
        "integer" or "long" => 1,
        "list" => new JsonArray(),
        "map" => new JsonObject(),
        _ => null,
    };

    private Task<WireAnswer> CreateAsync(string name) =>
        server.Client.CallAsync("CreateIdentityPool", new { IdentityPoolName = name, AllowUnauthenticatedIdentities = false });
}
