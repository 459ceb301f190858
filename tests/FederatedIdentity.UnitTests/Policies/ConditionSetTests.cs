using static FederatedIdentity.UnitTests.Policies.Applies;

namespace FederatedIdentity.UnitTests.Policies;

/// <summary>Keys with several values, with none, and those that are missing.</summary>
public sealed class ConditionSetTests
{
    public static TheoryData<string, string, string, Applies> Sets => new()
    {
        { "any, one matches", "'ForAnyValue:StringEquals':{'k:a':['x','y']}", "k:a=z|y", Yes },
        { "any, none matches", "'ForAnyValue:StringEquals':{'k:a':['x','y']}", "k:a=z|w", No },
        { "any, single value", "'ForAnyValue:StringLike':{'k:a':'x*'}", "k:a=xx", Yes },
        { "any, missing", "'ForAnyValue:StringEquals':{'k:a':'x'}", "", No },
        { "any, no values", "'ForAnyValue:StringEquals':{'k:a':'x'}", "k:a", No },
        { "any, empty text", "'ForAnyValue:StringEquals':{'k:a':''}", "k:a=", No },
        { "any differs", "'ForAnyValue:StringNotEquals':{'k:a':['x','y']}", "k:a=x|z", Yes },
        { "any differs, none does", "'ForAnyValue:StringNotEquals':{'k:a':['x','y']}", "k:a=x|y", No },
        { "any differs, missing", "'ForAnyValue:StringNotEquals':{'k:a':'x'}", "", No },
        { "any number", "'ForAnyValue:NumericGreaterThan':{'k:n':'10'}", "k:n=1|11", Yes },
        { "any address", "'ForAnyValue:IpAddress':{'k:i':'10.0.0.0/8'}", "k:i=192.0.2.1|10.1.1.1", Yes },
        { "any, of which one is unreadable", "'ForAnyValue:NumericGreaterThan':{'k:n':'10'}", "k:n=1|eleven", OnlyAsDeny },
        { "all match", "'ForAllValues:StringEquals':{'k:a':['x','y']}", "k:a=y|x|y", Yes },
        { "all but one match", "'ForAllValues:StringEquals':{'k:a':['x','y']}", "k:a=x|z", No },
        { "all, missing", "'ForAllValues:StringEquals':{'k:a':'x'}", "", Yes },
        { "all, no values", "'ForAllValues:StringEquals':{'k:a':'x'}", "k:a", Yes },
        { "all, empty text", "'ForAllValues:StringEquals':{'k:a':'x'}", "k:a=", Yes },
        { "all, empty text and another", "'ForAllValues:StringEquals':{'k:a':'x'}", "k:a=|x", No },
        { "all differ", "'ForAllValues:StringNotEquals':{'k:a':['x','y']}", "k:a=w|z", Yes },
        { "all differ but one", "'ForAllValues:StringNotEquals':{'k:a':['x','y']}", "k:a=w|x", No },
        { "all differ, missing", "'ForAllValues:StringNotEquals':{'k:a':'x'}", "", Yes },
        { "all like", "'ForAllValues:StringLike':{'k:a':'team-*'}", "k:a=team-a|team-b", Yes },
        { "all, key must be there too", "'ForAllValues:StringEquals':{'k:a':'x'},'Null':{'k:a':'false'}", "", No },
        { "all, of which one is unreadable", "'ForAllValues:NumericLessThan':{'k:n':'10'}", "k:n=1|two", OnlyAsDeny },
        { "any, ignoring case of key and value", "'ForAnyValue:StringEqualsIgnoreCase':{'K:A':'X'}", "k:a=y|x", Yes },
    };

    public static TheoryData<string, string, string, Applies> Missing => new()
    {
        { "if it exists, and it does", "'StringEqualsIfExists':{'k:a':'x'}", "k:a=x", Yes },
        { "if it exists, and differs", "'StringEqualsIfExists':{'k:a':'x'}", "k:a=y", No },
        { "if it exists, missing", "'StringEqualsIfExists':{'k:a':'x'}", "", Yes },
        { "if it exists, no values", "'StringEqualsIfExists':{'k:a':'x'}", "k:a", Yes },
        { "not equal if it exists, missing", "'StringNotEqualsIfExists':{'k:a':'x'}", "", Yes },
        { "not equal if it exists, equal", "'StringNotEqualsIfExists':{'k:a':'x'}", "k:a=x", No },
        { "number if it exists", "'NumericLessThanIfExists':{'k:n':'10'}", "", Yes },
        { "number if it exists, and is more", "'NumericLessThanIfExists':{'k:n':'10'}", "k:n=11", No },
        { "date if it exists", "'DateGreaterThanIfExists':{'k:t':'2026-01-01'}", "", Yes },
        { "boolean if it exists", "'BoolIfExists':{'aws:MultiFactorAuthPresent':'true'}", "", Yes },
        { "boolean if it exists, and differs", "'BoolIfExists':{'k:mfa':'true'}", "k:mfa=false", No },
        { "bytes if they exist", "'BinaryEqualsIfExists':{'k:b':'AQID'}", "", Yes },
        { "address if it exists", "'IpAddressIfExists':{'aws:SourceIp':'10.0.0.0/8'}", "", Yes },
        { "ARN if it exists", "'ArnLikeIfExists':{'k:a':'arn:aws:x:::*'}", "", Yes },
        { "only the missing key is excused", "'StringEqualsIfExists':{'k:a':'x'},'StringEquals':{'k:b':'y'}", "", No },
        { "all values if they exist", "'ForAllValues:StringEqualsIfExists':{'k:a':'x'}", "", Yes },
        { "all values if they exist, one differs", "'ForAllValues:StringEqualsIfExists':{'k:a':'x'}", "k:a=x|y", No },
        { "any value if it exists, missing", "'ForAnyValue:StringEqualsIfExists':{'k:a':'x'}", "", OnlyAsDeny },
        { "any value if it exists, there", "'ForAnyValue:StringEqualsIfExists':{'k:a':'x'}", "k:a=y|x", Yes },
        { "any value if it exists, differs", "'ForAnyValue:StringEqualsIfExists':{'k:a':'x'}", "k:a=y|z", No },
    };

    // The guide asks for a set operator here; without one an allow takes only what passes with all values.
    public static TheoryData<string, string, string, Applies> SeveralWithoutSetOperator => new()
    {
        { "all equal", "'StringEquals':{'k:a':['x','y']}", "k:a=x|y", Yes },
        { "one equal", "'StringEquals':{'k:a':'x'}", "k:a=x|y", OnlyAsDeny },
        { "none equal", "'StringEquals':{'k:a':'x'}", "k:a=y|z", No },
        { "none equal, negated", "'StringNotEquals':{'k:a':'x'}", "k:a=y|z", Yes },
        { "one equal, negated", "'StringNotEquals':{'k:a':'x'}", "k:a=x|y", OnlyAsDeny },
        { "all equal, negated", "'StringNotEquals':{'k:a':['x','y']}", "k:a=x|y", No },
        { "one inside", "'IpAddress':{'aws:SourceIp':'10.0.0.0/8'}", "aws:SourceIp=10.0.0.1|192.0.2.1", OnlyAsDeny },
        { "there is something", "'Null':{'k:a':'false'}", "k:a=x|y", Yes },
    };

    [Theory]
    [MemberData(nameof(Sets))]
    [MemberData(nameof(Missing))]
    [MemberData(nameof(SeveralWithoutSetOperator))]
    public void A_statement_applies_when_enough_values_pass(string name, string condition, string context, Applies expected)
    {
        Assert.NotEmpty(name);
        StatementCheck.Check(
            $"'Action':'*','Resource':'*','Condition':{{{condition}}}", Ask.For("s3:GetObject", "arn:aws:s3:::b", context), expected);
    }
}
